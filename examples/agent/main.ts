/**
 * An agent without a model: starts `tmdb-auth mcp`, signs a made-up user in to a local TMDB, rates a film and makes a
 * list.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { startSandbox } from 'tmdb-auth/sandbox';

const COMMAND = fileURLToPath(new URL('../../dist/src/tools/cli/main.js', import.meta.url));

await using tmdb = await startSandbox();
const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-agent-'));
const client = new Client({ name: 'example', version: '1.0.0' });
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [COMMAND, 'mcp', '--write', '--no-browser', '--folder', folder],
    env: {
      ...getDefaultEnvironment(),
      TMDB_BASE_URL: tmdb.baseURL,
      TMDB_WEB_URL: tmdb.webURL,
      TMDB_ACCESS_TOKEN: tmdb.accessToken,
    },
  }),
);

async function call(name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { content, structuredContent } = await client.callTool({ name, arguments: args });
  const [first] = content as { text?: string }[];
  console.log(`→ ${name} ${JSON.stringify(args)}\n  ${first?.text}\n`);
  return (structuredContent ?? {}) as Record<string, unknown>;
}

/** The user opens the address and presses the button. */
async function approve(address: string) {
  await fetch(`${address}/allow`, { method: 'POST' });
  console.log('  (the user approves)\n');
}

try {
  const { tools } = await client.listTools();
  console.log(`${tools.length} tools: ${tools.map(({ name }) => name).join(', ')}\n`);
  const { approval_url } = await call('sign_in');
  await approve(String(approval_url));
  await call('wait_for_sign_in');

  const { titles } = await call('search_titles', { query: 'paper' });
  const [film] = titles as { type: string; id: number }[];
  const item = { type: film?.type, id: film?.id };
  await call('rate', { ...item, rating: 8.5 });
  const { list_id } = await call('create_list', { name: 'Rainy days' });
  await call('add_to_list', { list_id, items: [item] });
  await call('get_list', { list_id });
  await call('my_titles', { shelf: 'ratings', type: 'movie' });
  await call('sign_out');
} finally {
  await client.close();
  await rm(folder, { recursive: true });
}
