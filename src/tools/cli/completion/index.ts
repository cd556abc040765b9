import { Argument, type Command } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** The completion script for one shell, generated from the program's commands. */
async function scriptFor(shell: Shell, program: Command): Promise<string> {
  const { placesOf } = await import('./places.ts');
  const places = placesOf(program);
  if (shell === 'bash') return (await import('./bash.ts')).bash(places);
  if (shell === 'zsh') return (await import('./zsh.ts')).zsh(places);
  return (await import('./fish.ts')).fish(places);
}

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and options')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .showHelpAfterError('(tmdb-auth completion --help shows the shells)')
    .exitOverride()
    .addHelpText(
      'after',
      `
  bash: tmdb-auth completion bash > ~/.local/share/bash-completion/completions/tmdb-auth
  zsh:  tmdb-auth completion zsh > a folder of your $fpath/_tmdb-auth
  fish: tmdb-auth completion fish > ~/.config/fish/completions/tmdb-auth.fish`,
    )
    .action(async (shell: Shell) => void process.stdout.write(await scriptFor(shell, program)));
}
