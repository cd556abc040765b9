/** Most of today’s agents use version 1 of the SDK: its client signs a user in and works with stored data. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { test } from 'vitest';
import { createStage, press } from '../../node/processes.ts';
import { programOf } from '../../support/program.ts';
import { envOf } from '../run.ts';

test('a client of version 1 of the SDK lists tools, signs in, rates and reads', {
  timeout: 60_000,
}, async (context) => {
  const { expect } = context;
  const stage = await createStage(context);
  const client = new Client({ name: 'first', version: '1' });
  context.onTestFinished(() => client.close());
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [programOf('src/tools/cli/main.ts'), 'mcp', '--write', '--folder', stage.folder],
      env: envOf(stage),
    }),
  );
  const call = async (name: string, args: Record<string, unknown> = {}) =>
    (await client.callTool({ name, arguments: args })).structuredContent as Record<string, unknown>;

  expect((await client.listTools()).tools).toHaveLength(18);
  await press(String((await call('sign_in')).approval_url), 'allow');
  expect((await call('wait_for_sign_in')).username).toBe('sandra');
  await call('rate', { type: 'movie', id: 550, rating: 8.5 });
  expect((await call('my_titles', { shelf: 'ratings', type: 'movie' })).titles).toMatchObject([
    { title: 'Paper Lions', my_rating: 8.5 },
  ]);
  const refused = await client.callTool({ name: 'get_list', arguments: { list_id: 999 } });
  expect(refused).toMatchObject({ isError: true });
});
