/** The viewer, and the commands that it draws. */
import { describe, test } from 'vitest';
import { WebSocket } from 'ws';
import { createStage, press, startSource, until } from '../node/processes.ts';
import { onlyLine, resultOf, run, runBare, shownUrl, startCommand } from './run.ts';

const LIMIT = { timeout: 60_000 };
const HOME = { HOME: '/nonexistent' };

describe.concurrent('tmdb-auth inspect', LIMIT, () => {
  test('shows a login from its first state to its last, until Ctrl-C', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const viewer = startSource(context, 'src/tools/cli/main.ts', ['inspect', '--port', '0', '--json'], HOME);
    await until(
      () => viewer.stdout().includes('\n'),
      () => viewer.stderr(),
    );
    const { url } = onlyLine(viewer.stdout()) as unknown as { url: string };
    const seen: { type: string; name?: string; view?: { state: string } }[] = [];
    const watching = new WebSocket(`${url.replace('http', 'ws')}/watch`);
    watching.on('message', (data) => seen.push(JSON.parse(String(data)).message));
    context.onTestFinished(() => watching.terminate());

    const args = ['login', '--no-browser', '--folder', stage.folder, '--inspect', url];
    const login = startCommand(context, stage, args);
    await press(await shownUrl(login), 'allow');
    expect(await resultOf(login)).toMatchObject({
      code: 0,
      stdout: '✓ Signed in as sandra\n',
    });
    await until(
      () => seen.some(({ type }) => type === 'gone'),
      () => JSON.stringify(seen),
    );
    expect(seen[0]?.name).toMatch(/^tmdb-auth login \(\d+\)$/);
    const states = seen.flatMap(({ view }) => view?.state ?? []);
    expect(states[0]).toBe('restoring');
    expect(states).toContain('awaitingApproval.waiting');
    expect(states.at(-1)).toBe('sessionActive.ready');

    viewer.signal('SIGINT');
    expect(await viewer.exit).toEqual({ code: 0, signal: null });
  });

  test('prints its address, and how a command appears there', async (context) => {
    const { expect } = context;
    const viewer = startSource(context, 'src/tools/cli/main.ts', ['inspect', '--port', '0'], HOME);
    await until(
      () => viewer.stdout().includes('Ctrl-C ends it.'),
      () => viewer.stderr(),
    );
    const [, url = ''] = /The viewer is at (http:\/\/127\.0\.0\.1:\d+)\./.exec(viewer.stdout()) ?? [];
    expect(viewer.stdout()).toContain(`tmdb-auth login --inspect ${url}\n`);
    expect(await (await fetch(url)).text()).toContain('<title>tmdb-auth inspect</title>');
    const refused = new WebSocket(url.replace('http', 'ws'), { origin: 'http://localhost:5173' });
    refused.on('error', () => {});
    await until(
      () => viewer.stderr().includes('tmdb-auth inspect --allow http://localhost:5173'),
      () => viewer.stderr(),
    );
    viewer.signal('SIGTERM');
    expect(await viewer.exit).toEqual({ code: 0, signal: null });
  });

  test('exits 1 on a port that is taken, and says so', async (context) => {
    const { expect } = context;
    const { tmdb } = await createStage(context);
    const { code, stderr } = await runBare(context, ['inspect', '--port', new URL(tmdb.url).port]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Port \d+ is in use\./);
  });

  test.for([
    [['inspect', '--allow', 'localhost'], "'localhost' is not the origin of a page"],
    [['inspect', '--port', 'many'], "'many' is not a port"],
    [['inspect', '--folder', 'here'], "unknown option '--folder'"],
    [['status', '--inspect', 'nowhere'], "'nowhere' is not the address of a viewer"],
  ] as [string[], string][])('rejects %j as wrong usage', async ([args, message], context) => {
    const { code, stderr } = await runBare(context, args);
    context.expect(stderr).toContain(message);
    context.expect(code).toBe(2);
  });

  test('is optional: without it a command says how to start a viewer, and does its work', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stderr } = await run(context, stage, ['guest', '--inspect', 'http://127.0.0.1:1']);
    expect(code).toBe(0);
    expect(stderr).toContain('no viewer at http://127.0.0.1:1. Start one: npx tmdb-auth inspect');
  });
});
