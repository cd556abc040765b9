import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = new URL('../../examples/openid/main.ts', import.meta.url).pathname;

/** A port of this machine that another program uses. */
async function usedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

async function run(words: string[], port = 0) {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...words], {
    env: { ...process.env, PORT: String(port) },
  });
  onTestFinished(() => void child.kill());
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const [code] = await once(child, 'close');
  return { code, errors };
}

test.each([
  ['the app', 0],
  ['the provider', -1],
])('the example names the port of %s that is in use, and a command with other ports', async (_, offset) => {
  const used = await usedPort();
  const { code, errors } = await run(['oauth4webapi'], used + offset);
  // Another program may use the port before it, too.
  expect(errors).toMatch(new RegExp(`Port (${used}|${used + offset}) is in use\\. PORT=`));
  expect(errors).toContain('npm run example openid oauth4webapi');
  expect(code).toBe(1);
});

test('the example lists its apps for an unknown name', async () => {
  const { code, errors } = await run(['pasport']);
  expect(errors).toMatch(/takes one of:\n\n {2}openid-client .*passport/s);
  expect(code).toBe(2);
});
