import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Starts `examples/react/demo-web.ts` in its own process, without a token. */
function start(...args: string[]) {
  const { TMDB_ACCESS_TOKEN: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/react/demo-web.ts', ...args], {
    cwd: ROOT,
    env,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const exit = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  const address = new Promise<string>((found) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(output) ?? [];
      if (url) found(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  return { child, exit, address };
}

test.each(['--plian', '--port many', '--port 70000', 'extra'])(
  'the demo rejects %s as wrong usage',
  async (typed) => {
    const { code, output } = await start(...typed.split(' ')).exit;
    expect(code).toBe(2);
    expect(output).toMatch(/^.+\n\nnpm run example react/);
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the demo serves the app and exits cleanly on %s',
  async (signal) => {
    const { child, address, exit } = start('--plain');
    const page = await fetch(await address);
    expect(await page.text()).toContain('<title>tmdb-auth without a framework</title>');
    child.kill(signal);
    expect(await exit).toEqual({ code: 0, output: expect.stringMatching(/Ended\.\n$/) });
  },
);

test('the demo reports a port that is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  expect(await start('--port', String(port)).exit).toEqual({
    code: 1,
    output: `Port ${port} is taken.\n`,
  });
});
