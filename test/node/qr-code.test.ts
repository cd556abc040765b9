import { afterEach, describe, expect, test, vi } from 'vitest';
import { qrCode } from '../../src/platforms/node/index.ts';
import { qrCodeFor } from '../../src/platforms/node/qr-code.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { qrLinesIn, readQr, withoutColors } from '../cli/qr.ts';

const V3 = `https://www.themoviedb.org/authenticate/${'0123456789abcdef'.repeat(3).slice(0, 40)}`;
/** As long as TMDB’s own tokens that contain a return address of this length. */
const v4 = (redirectTo: string | null) => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = {
    aud: 'a'.repeat(32),
    exp: 1795430000,
    jti: '9'.repeat(8),
    nbf: 1795429100.123456,
    redirect_to: redirectTo,
    scopes: ['pending_request_token'],
    version: 1,
  };
  const token = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}.${'s'.repeat(43)}`;
  return `https://www.themoviedb.org/auth/access?request_token=${token}`;
};

const ADDRESSES = [
  { name: 'v3', address: V3 },
  { name: 'v4', address: v4(null) },
  { name: 'v4 with the way back of an app', address: v4('https://app.example/films?tmdb_auth=returned') },
];
/** The columns of a terminal at its usual size. */
const COLUMNS = 80;
const WHITE_ON_BLACK = '\u001b[97;40m';

describe.each(ADDRESSES)('the code of an address ($name)', ({ address }) => {
  test.each(['dark', 'light'] as const)('is read by a camera in a %s terminal', (background) => {
    expect(readQr(qrCode(address, true), background)).toBe(address);
  });

  test('fits a terminal, with a light margin all round', () => {
    const lines = qrCode(address, false).split('\n');
    const widths = new Set(lines.map((line) => line.length));
    expect(widths.size).toBe(1);
    expect(Math.max(...widths)).toBeLessThanOrEqual(COLUMNS);
    expect(qrLinesIn(lines.join('\n'))).toEqual(lines);
    expect(lines[0]).toMatch(/^█+$/);
    expect(lines.at(-1)).toMatch(/^▀+$/);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^██.*██$/);
  });

  test('sets and resets the colours in every line', () => {
    const lines = qrCode(address, true).split('\n');
    const ofItsOwn = (line: string) => line.startsWith(WHITE_ON_BLACK) && line.endsWith('\u001b[0m');
    expect(lines.every(ofItsOwn)).toBe(true);
    expect(lines.map(withoutColors).join('\n')).toBe(qrCode(address, false));
  });
});

test('the code of real addresses of a local TMDB, v3 and v4, can be read', async () => {
  await using tmdb = await startSandbox();
  const headers = { authorization: `Bearer ${tmdb.accessToken}` };
  const made = await fetch(`${tmdb.baseURL}/4/auth/request_token`, { method: 'POST', headers });
  const { request_token } = (await made.json()) as { request_token: string };
  const address = `${tmdb.webURL}/auth/access?request_token=${request_token}`;
  expect(readQr(qrCode(address, true))).toBe(address);
});

describe('the default colours', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.each([
    { isTTY: true, env: {}, colors: true },
    { isTTY: true, env: { NO_COLOR: '1' }, colors: false },
    { isTTY: true, env: { TERM: 'dumb' }, colors: false },
    { isTTY: false, env: {}, colors: false },
    { isTTY: false, env: { FORCE_COLOR: '1' }, colors: true },
    { isTTY: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' }, colors: true },
    { isTTY: true, env: { FORCE_COLOR: '0' }, colors: false },
  ])('of a stream with isTTY $isTTY and $env are on: $colors', ({ isTTY, env, colors }) => {
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'TERM']) vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(qrCodeFor(V3, { isTTY })).toBe(qrCode(V3, colors));
  });

  test('are off in a pipe, and can be turned on', () => {
    for (const name of ['NO_COLOR', 'FORCE_COLOR']) vi.stubEnv(name, undefined);
    expect(process.stdout.isTTY ?? false).toBe(false);
    expect(qrCode(V3)).toBe(qrCode(V3, false));
    expect(qrCode(V3, true)).toContain(WHITE_ON_BLACK);
  });
});

describe('the code in a window', () => {
  const lines = qrCode(V3, false).split('\n');
  const [width, height] = [lines[0]?.length ?? 0, lines.length + 2];

  test.each([
    { columns: width, rows: height, fits: true },
    { columns: width - 1, rows: height, fits: false },
    { columns: width, rows: height - 1, fits: false },
    { columns: 0, rows: 0, fits: true },
  ])('of $columns columns and $rows rows is shown: $fits', ({ columns, rows, fits }) => {
    const shown = qrCodeFor(V3, { isTTY: true, columns, rows });
    expect(qrLinesIn(shown).length > 0).toBe(fits);
    if (!fits)
      expect(shown).toBe(
        `No QR code: it needs ${width} columns and ${height} rows, and this window has ${columns} and ${rows}.`,
      );
  });

  test('is always shown in a pipe', () => {
    expect(readQr(qrCodeFor(V3, { columns: 10, rows: 1 }))).toBe(V3);
  });
});
