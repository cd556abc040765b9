import type { ItemResult, ListDetails, ListItem, ListSummary } from '../../account/index.ts';
import type { TmdbAuth } from '../../index.ts';
import { TmdbAuthError } from '../../index.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { bold, dim, done } from './line.ts';
import { asPresent } from './mark-commands.ts';
import { listFrom, nameOfTitle, titleFrom } from './media-argument.ts';

const NEEDS_V4 = 'which need a sign-in for v4. Run: tmdb-auth logout, then tmdb-auth login --v4';

/** A v3 sign-in allows only public lists of films. */
function needV4({ getView }: TmdbAuth, what: string): void {
  const { status, account } = getView();
  if (status !== 'user' || account?.objectId) return;
  throw new TmdbAuthError('not_allowed', { message: `${what}, ${NEEDS_V4}.` });
}

export const ls = (invocation: Invocation) =>
  asPresent(invocation, async (my, how) => {
    const { output } = invocation;
    const lists = await my.lists.all(how).toArray();
    output.json(lists);
    if (lists.length === 0) output.say('No lists yet');
    else output.table({ head: ['ID', 'NAME', 'ITEMS', 'SEEN BY'], rows: lists.map(rowOfList), flexible: 1 });
    output.hint(
      lists.length === 0
        ? 'Create one: tmdb-auth list create "Seen in 2026"'
        : 'Show one: tmdb-auth list show ID',
    );
    return EXIT.done;
  });

const rowOfList = (list: ListSummary) => [`${list.id}`, list.name, `${list.total}`, seenBy(list)];
const seenBy = ({ public: isPublic }: ListSummary) => (isPublic ? 'everyone' : 'you');

export const create = (invocation: Invocation) =>
  asPresent(invocation, async (my, how, auth) => {
    const { args, options, output } = invocation;
    const name = args[0] ?? '';
    if (options.private) needV4(auth, 'Your sign-in does not allow private lists');
    const { id } = await my.lists.create(
      {
        name,
        ...(options.description !== undefined && { description: options.description }),
        ...(options.private && { public: false }),
      },
      how,
    );
    output.say(done('Created the list ', bold(name), `: ${id}`));
    output.json({ id, name, public: options.private !== true });
    output.hint(`Add a film: tmdb-auth list add ${id} movie/550`);
    return EXIT.done;
  });

export const show = (invocation: Invocation) => {
  const id = listFrom(invocation.args[0] ?? '');
  return asPresent(invocation, async (my, how) => {
    const { items, ...list } = await my.lists.get(id, how);
    const all = await items.toArray();
    invocation.output.json({ ...list, items: all });
    tell(invocation, list, all);
    return EXIT.done;
  });
};

function tell({ output }: Invocation, list: Omit<ListDetails, 'items'>, items: ListItem[]) {
  // A pipe gets rows only.
  if (process.stdout.isTTY) {
    const made = list.createdBy ? ` by ${list.createdBy}` : '';
    output.say([bold(list.name), dim(`${made} · ${list.total} items · seen by ${seenBy(list)}`)]);
    if (list.description) output.say(list.description);
  }
  if (items.length > 0)
    output.table({ head: ['MEDIA', 'TITLE', 'YEAR'], rows: items.map(rowOfItem), flexible: 1 });
}

function rowOfItem(item: ListItem): string[] {
  const [title, date] =
    item.media_type === 'movie' ? [item.title, item.release_date] : [item.name, item.first_air_date];
  return [`${item.media_type}/${item.id}`, title ?? '', (date ?? '').slice(0, 4)];
}

const OUTCOMES: Record<'add' | 'remove', Record<ItemResult['outcome'], string>> = {
  add: { done: ' is on the list', unchanged: ' was on the list already', not_found: ' is not known to TMDB' },
  remove: { done: ' is off the list', unchanged: ' was not on the list', not_found: ' is not known to TMDB' },
};

const change = (how: 'add' | 'remove') => (invocation: Invocation) => {
  const { args, output } = invocation;
  const id = listFrom(args[0] ?? '');
  const media = args.slice(1).map(titleFrom);
  return asPresent(invocation, async (my, options, auth) => {
    if (media.some(({ tv }) => tv !== undefined)) needV4(auth, 'Your sign-in does not allow series on lists');
    const results = await my.lists[how](id, media, options);
    output.json(results.map((result) => ({ media: nameOfTitle(result.media), outcome: result.outcome })));
    for (const result of results) {
      const line = [bold(nameOfTitle(result.media)), OUTCOMES[how][result.outcome]];
      output.say(result.outcome === 'done' ? done(...line) : line);
    }
    return results.some(({ outcome }) => outcome === 'not_found') ? EXIT.failed : EXIT.done;
  });
};

export const add = change('add');
export const remove = change('remove');

export const clear = (invocation: Invocation) => {
  const id = listFrom(invocation.args[0] ?? '');
  return asPresent(invocation, async (my, how) => {
    await my.lists.clear(id, how);
    invocation.output.say(done(`List ${id} is empty`));
    invocation.output.json({ id, total: 0 });
    return EXIT.done;
  });
};

export const deleteList = (invocation: Invocation) => {
  const id = listFrom(invocation.args[0] ?? '');
  return asPresent(invocation, async (my, how) => {
    await my.lists.delete(id, how);
    invocation.output.say(done(`List ${id} is deleted`));
    invocation.output.json({ id, deleted: true });
    return EXIT.done;
  });
};
