/** The request that `tmdb-auth api` builds from its arguments. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { requestFrom } from '../../src/tools/cli/api-request.ts';
import type { GivenField, Invocation } from '../../src/tools/cli/invocation.ts';
import { mediaFrom } from '../../src/tools/cli/media-argument.ts';

const fields = (...texts: string[]): GivenField[] => texts.map((text) => ({ text, isRaw: false }));
const raw = (...texts: string[]): GivenField[] => texts.map((text) => ({ text, isRaw: true }));
const read = (args: string[], options: Invocation['options'] = {}) => requestFrom({ args, options });
const bodyOf = async (options: Invocation['options']) =>
  JSON.parse((await read(['list'], options)).body ?? 'null');

test('typed fields turn numbers, true, false, null and @file into values, and raw fields stay texts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'text');
  await writeFile(file, 'from a file');
  const field = fields('a=1', 'b=8.5', 'c=true', 'd=null', `e=@${file}`, 'f=007', 'g=a=b', 'h=');
  expect(await bodyOf({ field: [...field, ...raw('raw=1')] })).toEqual({
    a: 1,
    b: 8.5,
    c: true,
    d: null,
    e: 'from a file',
    f: '007',
    g: 'a=b',
    h: '',
    raw: '1',
  });
});

test('nested fields become objects and lists, as in gh', async () => {
  const items = ['items[][id]=1', 'items[][type]=tv', 'items[][id]=2', 'items[][type]=movie'];
  expect(await bodyOf({ field: fields(...items, 'o[p][q]=x', 'o[r]=y', 'l[]=1', 'l[]=2') })).toEqual({
    items: [
      { id: 1, type: 'tv' },
      { id: 2, type: 'movie' },
    ],
    o: { p: { q: 'x' }, r: 'y' },
    l: [1, 2],
  });
});

test('typed and raw fields are joined into one list in their order', async () => {
  const field = [
    ...fields('items[][id]=1'),
    ...raw('items[][type]=tv'),
    ...fields('items[][id]=2'),
    ...raw('items[][type]=movie'),
  ];
  expect(await bodyOf({ field })).toEqual({
    items: [
      { id: 1, type: 'tv' },
      { id: 2, type: 'movie' },
    ],
  });
});

test('a number that would lose digits stays a text', async () => {
  const field = fields('n=12345678901234567890', 'm=-12345678901234567890', 'o=9007199254740991');
  expect(await bodyOf({ field })).toEqual({
    n: '12345678901234567890',
    m: '-12345678901234567890',
    o: 9007199254740991,
  });
});

test('a field named like a property of every object is an ordinary field', async () => {
  const { body } = await read(['list'], { field: raw('__proto__[x]=1', 'constructor=2') });
  expect(body).toBe('{"__proto__":{"x":"1"},"constructor":"2"}');
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('the fields of a GET, and fields beside a body, become query parameters', async () => {
  const get = await read(['get', 'search/movie?page=1'], {
    field: [...raw('query=a & b'), ...fields('year=1999')],
  });
  expect(get).toMatchObject({ method: 'GET', path: '/3/search/movie?page=1&query=a+%26+b&year=1999' });
  expect(get.body).toBeUndefined();
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'body'), '{"value":7}');
  const post = await read(['/4/list'], { input: join(folder, 'body'), field: fields('a=1') });
  expect(post).toMatchObject({ method: 'POST', path: '/4/list?a=1', body: '{"value":7}' });
});

test('headers are sent as given, with an accept header for JSON by default', async () => {
  const { headers } = await read(['movie/550'], { header: ['Accept-Language: de', 'X-Empty:'] });
  expect([...headers]).toEqual([
    ['accept', 'application/json'],
    ['accept-language', 'de'],
    ['x-empty', ''],
  ]);
  expect(
    (await read(['list'], { field: fields('a=1'), header: ['Content-Type: text/x'] })).headers.get(
      'content-type',
    ),
  ).toBe('text/x');
});

test('a full address of another TMDB is recognised when its setting has quotes and a slash', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const name of ['TMDB_BASE_URL', 'TMDB_WEB_URL']) vi.stubEnv(name, '"http://films.example/"\n');
  expect(await read(['http://films.example/3/movie/550'])).toMatchObject({ path: '/3/movie/550' });
  expect(mediaFrom('http://films.example/movie/550-fight-club')).toEqual(mediaFrom('movie/550'));
});
