import { Command, CommanderError } from 'commander';
import ownPackage from '../../../package.json' with { type: 'json' };
import { TmdbAuthError } from '../../errors.ts';
import { visible } from '../../lib/visible.ts';
import { addAccountCommands } from './account-program.ts';
import { addCompletion } from './completion/index.ts';
import { EXIT } from './exit-codes.ts';
import { exitOfInterrupt } from './interrupt.ts';
import type { Invocation } from './invocation.ts';
import { portOf, userOf, viewerOf } from './values.ts';

export type Action = (invocation: Invocation) => Promise<number>;

/** Adds a command; `usage` is its name with its arguments. */
export type Add = (usage: string, description: string, action: Action, parent?: Command) => Command;

type AccountCommands = typeof import('./account-commands.ts');

/** Loaded on demand, so that the other commands start faster. */
const account =
  (pick: (commands: AccountCommands) => Action): Action =>
  async (invocation) =>
    pick(await import('./account-commands.ts'))(invocation);

const ENVIRONMENT = `
Environment:
  TMDB_ACCESS_TOKEN  "API Read Access Token" from themoviedb.org/settings/api
                     (you are asked for it if it is missing)
  TMDB_API_KEY       "API Key" from the same page, if you have no access token
  TMDB_BASE_URL      address of the API (default: https://api.themoviedb.org),
                     e.g. of a sandbox
  TMDB_WEB_URL       address of the site (default: https://www.themoviedb.org)
  TMDB_AUTH_PROFILE  the profile of commands without --profile

Exit codes:
  0 done, 1 failed, 2 wrong usage or credentials, 3 nobody is signed in,
  130 cancelled, 143 ended by SIGTERM`;

/** Shown after an error in the arguments. */
const EXAMPLES: Record<string, string> = {
  rate: 'rate movie/550 9',
  favorite: 'favorite movie/550',
  watchlist: 'watchlist tv/1396',
  'list add': 'list add 8304 movie/550',
  'list remove': 'list remove 8304 movie/550',
  api: 'api movie/550',
};

/** Runs the command and resolves to its exit code. Does not exit the process. */
export async function run(args: string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new Command('tmdb-auth')
    .description('Signs people in to TMDB (themoviedb.org) and keeps them signed in.')
    .version(ownPackage.version)
    .addHelpText('after', ENVIRONMENT)
    .configureOutput({ outputError: (text, write) => write(text.split('\n').map(visible).join('\n')) })
    .showHelpAfterError('(tmdb-auth --help shows all commands)')
    .exitOverride();

  const add: Add = (usage, description, action, parent = program) => {
    const command = parent.command(usage);
    const name = parent === program ? command.name() : `${parent.name()} ${command.name()}`;
    // The answer of `api` is JSON already, and may be longer than one line.
    if (name !== 'api') command.option('--json', 'print one line of JSON and nothing else');
    return command
      .description(description)
      .showHelpAfterError(
        `(${EXAMPLES[name] ? `e.g. tmdb-auth ${EXAMPLES[name]}; ` : ''}tmdb-auth ${name} --help shows all options)`,
      )
      .exitOverride()
      .action(async () => {
        const options = command.opts<Invocation['options']>();
        const { createOutput } = await import('./output.ts');
        const output = createOutput(options.json === true);
        try {
          exitCode = await action({ name, args: command.args, options, output });
        } catch (error) {
          output.failure(error);
          exitCode = exitCodeOf(error);
        } finally {
          output.end();
        }
      });
  };

  /** For commands that use the folder of the records. */
  const addLocal: Add = (...command) =>
    add(...command).option(
      '--folder <path>',
      "keep the session in this folder (default: the user's configuration folder)",
    );

  /** For commands that run a client. */
  const addClient: Add = (...command) =>
    addLocal(...command)
      .option('--profile <name>', 'use this profile, for another account (see "tmdb-auth profiles")')
      .option('--shared-folder', 'do not warn if other users can write to that folder')
      .option('--inspect [url]', 'show this client in the viewer that "tmdb-auth inspect" runs', viewerOf);

  program.commandsGroup('Sign in:');
  addClient(
    'login',
    'sign in by approving on TMDB',
    account(({ login }) => login),
  )
    .option('--no-browser', 'show the address instead of opening it, and poll TMDB until you have approved')
    .option('--v4', "sign in for TMDB's v4 API too (needs an access token, not an API key)")
    .option('--qr', 'show a QR code to approve on a phone, and poll TMDB until you have approved')
    .option('--username <name>', 'sign in by password instead: a last resort, if there is no browser at all')
    .option('--port <number>', 'port on 127.0.0.1 for the return from TMDB (default: any)', portOf);
  addClient(
    'guest',
    'start a guest session',
    account(({ guest }) => guest),
  );
  addClient(
    'whoami',
    'ask TMDB who is signed in',
    account(({ whoami }) => whoami),
  );
  addClient(
    'status',
    'show the stored session and its time left, without asking TMDB',
    account(({ status }) => status),
  );
  addClient(
    'carry-over',
    'carry the ratings of the previous guest over to the user',
    account(({ carryOver }) => carryOver),
  ).option('--overwrite', 'replace different ratings of the user');
  addClient(
    'check',
    'ask TMDB whether your API key or access token is valid',
    account(({ check }) => check),
  );
  addClient(
    'logout',
    'delete the session here and at TMDB',
    account(({ logout }) => logout),
  );
  program.commandsGroup('Profiles and storage:');
  addLocal('profiles', 'list the profiles and who is signed in, without asking TMDB', async (invocation) => {
    const { profiles } = await import('./profile-commands.ts');
    return profiles(invocation);
  });
  addLocal('switch <profile>', 'make this profile the default', async (invocation) => {
    const { switchProfile } = await import('./profile-commands.ts');
    return switchProfile(invocation);
  });
  addLocal(
    'keychain [on|off|status]',
    "keep sessions in the system's keychain (on) or in private files (off)",
    async (invocation) => {
      const { keychain } = await import('./keychain-commands.ts');
      return keychain(invocation);
    },
  );
  addAccountCommands(program, addClient);
  program.commandsGroup('Tools:').helpCommand(true);
  addClient('mcp', 'let an agent act as the user: an MCP server on stdin and stdout', async (invocation) => {
    const { mcp } = await import('./mcp-command.ts');
    return mcp(invocation, ownPackage.version);
  })
    .option('--write', 'also let it rate, mark, change lists and sign out')
    .option('--no-browser', 'give the agent the approval address instead of opening a browser')
    .option('--v4', "sign in for TMDB's v4 API too: private lists, and series on lists");
  add('sandbox', 'run a local TMDB for tests, until Ctrl-C', async (invocation) => {
    const { sandbox } = await import('./sandbox-command.ts');
    return sandbox(invocation);
  })
    .option('--port <number>', 'port (default: any)', portOf)
    .option('--host <address>', 'address to listen on, e.g. 0.0.0.0 for every network (default: 127.0.0.1)')
    .option(
      '--control',
      'allow control over HTTP on an address other than 127.0.0.1 too, for all who reach it',
    )
    .option('--user <name>', 'a user, instead of sandra; can be repeated', (name, more: string[] = []) => [
      ...more,
      userOf(name),
    ])
    .option('--state <file>', 'keep users, sessions and their data in this file');
  add('inspect', 'run a viewer that draws running clients, until Ctrl-C', async (invocation) => {
    const { inspect } = await import('./inspect-command.ts');
    return inspect(invocation);
  })
    .option('--port <number>', 'port on 127.0.0.1 (default: 8790)', portOf)
    .option('--allow <origin...>', 'origins of pages that may connect, e.g. http://localhost:5173');
  addClient('demo', 'watch ten sign-ins against a local TMDB', async (invocation) => {
    const { demo } = await import('./demo.ts');
    return demo(invocation);
  }).option('--real', 'sign in at the real TMDB with your credential instead');
  addCompletion(program);

  try {
    // Commander's `help` takes one word only.
    const isNested = args[0] === 'help' && args.length > 2;
    await program.parseAsync(isNested ? [...args.slice(1), '--help'] : args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof TypeError) return EXIT.usage;
  if (!TmdbAuthError.is(error)) return EXIT.failed;
  switch (error.code) {
    case 'cancelled':
      return exitOfInterrupt();
    case 'invalid_credentials':
    case 'invalid_value':
      return EXIT.usage;
    case 'session_invalid':
      return EXIT.signedOut;
    default:
      return EXIT.failed;
  }
}
