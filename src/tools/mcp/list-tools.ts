import type { ItemResult, MyAccount } from '../../account/index.ts';
import { compact, pageRow, plain, titleRow } from './rows.ts';
import { ITEMS, type Item, LIST_ID, mediaOf, PAGE } from './schemas.ts';
import { defineTool, type Tool } from './tool.ts';

interface OnePage {
  page?: number;
}
interface OneList {
  list_id: number;
}
interface NewList {
  name: string;
  description?: string;
  public?: boolean;
}

/** Tools that read the user's lists. */
export const listTools = ({ lists }: MyAccount): Tool[] => [
  defineTool<OnePage>({
    name: 'my_lists',
    title: "The user's lists",
    description: 'All lists of the user.',
    properties: { page: PAGE },
    optional: ['page'],
    async run({ page = 1 }, signal) {
      const shown = await lists.all({ signal }).page(page);
      return { ...pageRow('lists', page, shown, listRow), total: shown.total };
    },
  }),
  defineTool<OneList & OnePage>({
    name: 'get_list',
    title: 'A list and its titles',
    description: 'One list with the titles on it.',
    properties: { list_id: LIST_ID, page: PAGE },
    optional: ['page'],
    async run({ list_id, page = 1 }, signal) {
      const { items, createdBy, ...list } = await lists.get(list_id, { signal });
      return {
        ...listRow(list),
        created_by: plain(createdBy),
        ...pageRow('titles', page, await items.page(page), (row) => titleRow({ ...row })),
      };
    },
  }),
];

/** Tools that change lists. */
export const listChangeTools = ({ lists }: MyAccount): Tool[] => {
  const change =
    (how: 'add' | 'remove') =>
    async ({ list_id, items }: OneList & { items: Item[] }, signal: AbortSignal) => {
      const results = await lists[how](list_id, items.map(mediaOf), { signal });
      return { list_id, results: results.map(outcomeRow) };
    };

  return [
    defineTool<NewList>({
      name: 'create_list',
      title: 'Create a list',
      description:
        'Creates an empty list. Everyone can see it, unless public is false, which needs a v4 sign-in (tmdb-auth mcp --v4).',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 500 },
        description: { type: 'string', maxLength: 10_000 },
        public: { type: 'boolean', description: 'Default true' },
      },
      optional: ['description', 'public'],
      changes: 'adds each time',
      async run(list, signal) {
        const { id } = await lists.create(list, { signal });
        return { list_id: id, name: list.name, public: list.public ?? true };
      },
    }),
    defineTool<OneList & { items: Item[] }>({
      name: 'add_to_list',
      title: 'Add titles to a list',
      description:
        'Adds films to a list (series too, in v4). Result of each: done, unchanged (it was on the list), not_found.',
      properties: { list_id: LIST_ID, items: ITEMS },
      changes: 'adds',
      run: change('add'),
    }),
    defineTool<OneList & { items: Item[] }>({
      name: 'remove_from_list',
      title: 'Remove titles from a list',
      description:
        'Removes titles from a list. Result of each: done, unchanged (it was not on the list), not_found.',
      properties: { list_id: LIST_ID, items: ITEMS },
      changes: 'destructive',
      run: change('remove'),
    }),
    defineTool<OneList>({
      name: 'delete_list',
      title: 'Delete a list',
      description: 'Deletes a list for good. Ask the user first, with the name of the list.',
      properties: { list_id: LIST_ID },
      changes: 'destructive',
      async run({ list_id }, signal) {
        await lists.delete(list_id, { signal });
        return { list_id, deleted: true };
      },
    }),
  ];
};

const listRow = (list: { id: number; name: string; description: string; public: boolean; total: number }) =>
  compact({
    list_id: list.id,
    name: plain(list.name, 120),
    description: plain(list.description),
    public: list.public,
    total: list.total,
  });

const outcomeRow = ({ media, outcome }: ItemResult) => ({
  type: media.movie === undefined ? 'tv' : 'movie',
  id: media.movie ?? media.tv,
  outcome,
});
