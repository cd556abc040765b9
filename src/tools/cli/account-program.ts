import { type Command, Option } from 'commander';
import type { GivenField } from './invocation.ts';
import type { Action, Add } from './program.ts';

const MEDIA = `
MEDIA is movie/550, tv/1396 or tv/1396/season/1/episode/2, or the address of its page on TMDB.`;

const lists =
  (pick: (commands: typeof import('./list-commands.ts')) => Action): Action =>
  async (invocation) =>
    pick(await import('./list-commands.ts'))(invocation);
const marks =
  (pick: (commands: typeof import('./mark-commands.ts')) => Action): Action =>
  async (invocation) =>
    pick(await import('./mark-commands.ts'))(invocation);

const more = (value: string, before: string[] = []) => [...before, value];

/** Adds the commands that act as the signed-in user or guest. */
export function addAccountCommands(program: Command, add: Add): void {
  program.commandsGroup('Your account:');
  add(
    'rate <media> [value]',
    'rate a film, a series or an episode: 0.5 to 10',
    marks(({ rate }) => rate),
  )
    .option('--remove', 'delete the rating')
    .addHelpText('after', MEDIA);
  add(
    'favorite <media>',
    'add a film or a series to the favourites',
    marks(({ favorite }) => favorite),
  )
    .option('--remove', 'remove it from the favourites')
    .addHelpText('after', MEDIA);
  add(
    'watchlist <media>',
    'add a film or a series to the watchlist',
    marks(({ watchlist }) => watchlist),
  )
    .option('--remove', 'remove it from the watchlist')
    .addHelpText('after', MEDIA);
  addLists(program, add);
  addApi(add);
}

const addField = (text: string, before: GivenField[] = []) => [...before, { text, isRaw: false }];

function addApi(add: Add): void {
  const rawField = new Option('-f, --raw-field <key=value>', 'a field with a string value').argParser(
    (text, before: GivenField[] = []) => [...before, { text, isRaw: true }],
  );
  // Both options fill one list: the order of the fields decides where an object in a list ends.
  rawField.attributeName = () => 'field';
  add('api <request...>', 'send any request to TMDB: [METHOD] PATH, e.g. movie/550', async (invocation) => {
    const { api } = await import('./api-command.ts');
    return api(invocation);
  })
    .option('-X, --method <method>', 'the method, if it is not written before the path')
    .option(
      '-F, --field <key=value>',
      'a field: numbers, true, false and null are typed; @file is read',
      addField,
    )
    .addOption(rawField)
    .option('-H, --header <name: value>', 'a request header', more)
    .option('--input <file>', 'the request body; - is the standard input')
    .option('--paginate', 'fetch all pages and print their items one after the other')
    .option('-i, --include', 'print the status and headers of the answer too')
    .option('--silent', 'do not print the answer')
    .usage('[options] [METHOD] PATH')
    .addHelpText(
      'after',
      `
A terminal gets TMDB's answer indented, a pipe gets it unchanged. The method is
GET, or POST if there are fields or a body; the fields of a GET are query
parameters. A path without a version belongs to v3. If TMDB refuses the request,
the exit code is 1 and the reason is on stderr.`,
    );
}

function addLists(program: Command, add: Add): void {
  const list = program
    .command('list')
    .description("the user's lists: ls, create, show, add, remove, clear, delete");
  list.showHelpAfterError('(tmdb-auth list --help shows the commands)').exitOverride();
  add(
    'ls',
    'show all lists',
    lists(({ ls }) => ls),
    list,
  );
  add(
    'create <name>',
    'create a list',
    lists(({ create }) => create),
    list,
  )
    .option('--private', 'only you can see it (needs a sign-in with --v4)')
    .option('--description <text>', 'a description of the list');
  add(
    'show <list>',
    'show the titles on a list',
    lists(({ show }) => show),
    list,
  );
  add(
    'add <list> <media...>',
    'add films or series to a list (series need a sign-in with --v4)',
    lists(({ add }) => add),
    list,
  ).addHelpText('after', MEDIA);
  add(
    'remove <list> <media...>',
    'remove films or series from a list',
    lists(({ remove }) => remove),
    list,
  ).addHelpText('after', MEDIA);
  add(
    'clear <list>',
    'remove all titles from a list',
    lists(({ clear }) => clear),
    list,
  );
  add(
    'delete <list>',
    'delete a list',
    lists(({ deleteList }) => deleteList),
    list,
  );
}
