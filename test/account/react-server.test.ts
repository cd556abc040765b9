import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { useAccountState, useList, useLists } from '../../src/account/react/index.ts';
import { TmdbAuthProvider } from '../../src/ui/react/index.ts';
import { quiet } from '../core/helpers.ts';
import { userTab } from './observe.stage.ts';

function Everything() {
  const { status, rating, favorite, isLoading, rate } = useAccountState({ movie: 550 });
  const { lists } = useLists();
  const { list, items, hasMore } = useList(7);
  const shown = { status, rating, favorite, isLoading, rate: typeof rate, lists, list, items, hasMore };
  return JSON.stringify(shown, (_, value) => (value === undefined ? 'unknown' : value));
}

test('a server shows "not known yet" and sends no request, even with a signed-in client', async () => {
  const { world, auth } = await userTab();
  const html = renderToString(createElement(TmdbAuthProvider, { auth }, createElement(Everything)));
  expect(JSON.parse(html.replaceAll('&quot;', '"'))).toEqual({
    status: 'pending',
    rating: 'unknown',
    favorite: 'unknown',
    isLoading: false,
    rate: 'function',
    lists: 'unknown',
    list: 'unknown',
    items: 'unknown',
    hasMore: false,
  });
  await quiet();
  expect(world.tmdb.requests).toEqual([]);
});

test('an account hook without a provider says what to do', () => {
  expect(() => renderToString(createElement(Everything))).toThrow('put <TmdbAuthProvider auth={auth}> above');
});
