/** No key, token, session or guest id appears in an answer or on stderr. Only the approval address contains a token. */
import { describe, type ExpectStatic, test } from 'vitest';
import { createStage, press, type Stage } from '../../node/processes.ts';
import { beGuestBefore, secretsOf, signInBefore } from '../run.ts';
import { type Agent, createAgent } from './agent.ts';

const LIMIT = { timeout: 90_000 };
const ALWAYS = Number.POSITIVE_INFINITY;
const ITEM = { type: 'movie', id: 550 };

/** Calls every tool that sends requests to TMDB. */
async function callAll({ call }: Agent) {
  await call('who_is_signed_in');
  await call('search_titles', { query: 'paper' });
  await call('title_details', ITEM);
  await call('rate', { ...ITEM, rating: 8 });
  await call('rate', { ...ITEM, rating: 8.3 });
  await call('unrate', ITEM);
  await call('set_favorite', { ...ITEM, on: true });
  await call('set_watchlist', { ...ITEM, on: true });
  for (const shelf of ['ratings', 'favorites', 'watchlist'])
    await call('my_titles', { shelf, type: 'movie' });
  const made = await call('create_list', { name: 'L' });
  const list_id = made.data.list_id ?? 1;
  await call('add_to_list', { list_id, items: [ITEM] });
  await call('my_lists');
  await call('get_list', { list_id });
  await call('remove_from_list', { list_id, items: [ITEM] });
  await call('delete_list', { list_id });
}

/** Searches the agent’s answers, without approval addresses, and stderr. */
function searchIn(expect: ExpectStatic, agent: Agent, secrets: string[], addresses: string[] = []) {
  const answers = addresses.reduce((text, url) => text.replaceAll(url, ''), agent.answers());
  const seen = answers + agent.stderr();
  expect(seen.length).toBeGreaterThan(1_000);
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
}

describe.concurrent('the output for an agent', LIMIT, () => {
  test.for([[[]], [['--v4']]] as [string[]][])(
    'holds no secret from sign-in to sign-out %s',
    async ([more], context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const agent = await createAgent(context, stage, ['--write', ...more]);
      const address = String((await agent.call('sign_in')).data.approval_url);
      await agent.call('who_is_signed_in');
      await agent.call('wait_for_sign_in', { seconds: 1 });
      await press(address, 'allow');
      await agent.call('wait_for_sign_in');
      const token = address.split(/[/=]/).at(-1) ?? '';
      const secrets = [...(await secretsOf(stage)), token];
      expect(secrets).toHaveLength(more.length > 0 ? 5 : 4);
      await callAll(agent);
      await agent.call('sign_out');
      searchIn(expect, agent, secrets, [address]);
    },
  );

  test('holds no secret of a guest', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage, { 550: 9 });
    const secrets = await secretsOf(stage);
    expect(secrets).toHaveLength(3);
    const agent = await createAgent(context, stage, ['--write']);
    await callAll(agent);
    searchIn(expect, agent, secrets);
  });

  test('holds no secret when TMDB repeats what was sent', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const secrets = await secretsOf(stage);
    const said = secrets.join(' ');
    const agent = await createAgent(context, stage, ['--write']);
    for (const status of [400, 401, 404, 429]) {
      const body = { success: false, status_code: 5, status_message: `bad ${said}`, errors: [said] };
      stage.tmdb.faults.add({ kind: 'answer', status, body, times: ALWAYS });
      await callAll(agent);
      stage.tmdb.faults.clear();
    }
    searchIn(expect, agent, secrets);
  });

  test('is searched by a search that can find a secret', async (context) => {
    const { expect } = context;
    const stage: Stage = await createStage(context);
    const agent = await createAgent(context, stage);
    const address = String((await agent.call('sign_in')).data.approval_url);
    await agent.call('search_titles', { query: 'e' });
    expect(() => searchIn(expect, agent, [address.slice(-40)])).toThrow();
    searchIn(expect, agent, [address.slice(-40)], [address]);
  });
});
