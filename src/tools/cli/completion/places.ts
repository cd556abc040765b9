import type { Command } from 'commander';

interface Word {
  text: string;
  description: string;
}

interface Flag extends Word {
  /** A word follows it. */
  takesValue: boolean;
}

/** One command with what may follow it. */
export interface Place {
  /** The words that lead to it: none for the program itself, `list`, `create`. */
  path: string[];
  /** Its commands, or the choices of its first argument. */
  words: Word[];
  flags: Flag[];
}

/** Every command of the program, and of its commands. */
export function placesOf(program: Command, path: string[] = []): Place[] {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const choices = program.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const place = {
    path,
    words: [
      ...commands.map((command) => ({ text: command.name(), description: command.description() })),
      ...choices.map((text) => ({ text, description: '' })),
    ],
    flags: help
      .visibleOptions(program)
      .flatMap(({ long, short, description, required }) =>
        [long, short].flatMap((text) => (text ? [{ text, description, takesValue: required }] : [])),
      ),
  };
  // `help` has the names of the others as its argument.
  const nested = commands.filter((command) => command.name() !== 'help');
  return [place, ...nested.flatMap((command) => placesOf(command, [...path, command.name()]))];
}
