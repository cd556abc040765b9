import { describe, test } from 'vitest';
import { createStage, press, startSource, until } from '../node/processes.ts';
import { qrLinesIn, readQr, withoutColors } from './qr.ts';
import {
  createScene,
  envOf,
  isShown,
  onlyLine,
  resultOf,
  shownUrl,
  startCommand,
  startInTerminal,
  startWithBrowser,
} from './run.ts';

const LIMIT = { timeout: 60_000 };

describe.concurrent('tmdb-auth login --qr', LIMIT, () => {
  test.for([
    { name: 'v3', args: [] },
    { name: 'v4', args: ['--v4'] },
  ])(
    'shows the address as text and as a QR code, and continues after the approval ($name)',
    async ({ args }, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const { command, read } = await startWithBrowser(context, stage, 'exit 0', ['--qr', ...args]);
      const address = await shownUrl(command);
      await until(
        () => qrLinesIn(command.stderr()).at(-1)?.startsWith('▀▀'),
        () => command.stderr(),
      );
      expect(readQr(command.stderr())).toBe(address);
      expect(command.stderr().split('\n')).toContain(`Open this page and approve: ${address}`);
      expect(new URL(address).searchParams.has('redirect_to')).toBe(false);
      await press(readQr(command.stderr()), 'allow');
      const { code, stdout } = await resultOf(command);
      expect([code, stdout]).toEqual([0, '✓ Signed in as sandra\n']);
      expect(await read()).toBeNull();
      expect(stage.tmdb.sessions()).toHaveLength(1);
    },
  );

  test('prints the code on stderr with --json, and one line on stdout', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const args = ['login', '--qr', '--json', '--folder', stage.folder];
    const command = startCommand(context, stage, args);
    const address = await shownUrl(command);
    await press(address, 'allow');
    const { code, stdout, stderr } = await resultOf(command);
    expect(code).toBe(0);
    expect(onlyLine(stdout)).toMatchObject({ status: 'user', account: { id: 548 } });
    expect(readQr(stderr)).toBe(address);
  });

  test('uses no colours in a pipe unless forced, so that a camera reads the code on dark and on light', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const args = ['login', '--qr', '--folder', stage.folder];
    const plain = startCommand(context, stage, args, { NO_COLOR: '' });
    const address = await shownUrl(plain);
    await press(address, 'allow');
    const withoutColor = (await resultOf(plain)).stderr;
    expect(withoutColor).toBe(withoutColors(withoutColor));
    expect(readQr(withoutColor)).toBe(address);

    const other = await createStage(context);
    const env = { ...envOf(other), NO_COLOR: '', FORCE_COLOR: '1' };
    const coloured = startSource(context, 'src/tools/cli/main.ts', [...args.slice(0, 3), other.folder], env);
    const itsAddress = await shownUrl(coloured);
    await press(itsAddress, 'allow');
    const { stderr } = await resultOf(coloured);
    expect(
      qrLinesIn(stderr).every((line) => line.startsWith('\x1b[97;40m') && line.endsWith('\x1b[0m')),
    ).toBe(true);
    for (const background of ['dark', 'light'] as const) expect(readQr(stderr, background)).toBe(itsAddress);
  });
});

describe.concurrent('tmdb-auth login --no-browser', LIMIT, () => {
  test('shows a QR code in a terminal', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    const address = await shownUrl(command);
    await isShown(command, /\r\n▀{20,}\r\n/);
    expect(readQr(command.stdout())).toBe(address);
    await press(address, 'allow');
    expect((await resultOf(command)).code).toBe(0);
  });

  test('shows no QR code in a terminal with --json, unless asked to', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const args = ['login', '--no-browser', '--json', '--folder', stage.folder];
    const command = startInTerminal(context, stage, args);
    await press(await shownUrl(command), 'allow');
    const { code, stdout } = await resultOf(command);
    expect([code, qrLinesIn(stdout)]).toEqual([0, []]);
  });

  test('shows no QR code in a pipe', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await press(await shownUrl(command), 'allow');
    const { code, stdout, stderr } = await resultOf(command);
    expect([code, qrLinesIn(stderr + stdout)]).toEqual([0, []]);
  });
});
