import type { Command } from 'commander';

interface Word {
  text: string;
  description: string;
}

interface Flag extends Word {
  /** The flag is followed by a value. */
  takesValue: boolean;
}

/** One command with the words and flags that may follow it. */
export interface Place {
  /** Its path of words: empty for the program itself, `list`, `create`. */
  path: string[];
  /** Its subcommands, or the choices of its first argument. */
  words: Word[];
  flags: Flag[];
}

/** All commands of the program, nested ones included. */
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
  // `help` takes the other commands as arguments.
  const nested = commands.filter((command) => command.name() !== 'help');
  return [place, ...nested.flatMap((command) => placesOf(command, [...path, command.name()]))];
}
