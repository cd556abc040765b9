import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSeal } from '../../../src/platforms/seal.ts';
import { begin, createSite, type Site, signIn } from '../site.ts';
import { ask, beginAtTmdb, openForm, startDevice } from './support.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const stored = async ({ storage }: Site) =>
  (
    await Promise.all((await storage.getKeys()).map(async (key) => `${key} ${await storage.getItem(key)}`))
  ).join('\n');

test('a reader of the store cannot find the codes of devices by trying them all', async () => {
  const site = await createSite();
  const { user_code, device_code } = await startDevice(site);
  const code = user_code.replace('-', '');
  const seen = await stored(site);
  expect(seen).toContain('DeviceCode-user-code');
  for (const text of [code, user_code, device_code, sha256(code), sha256(user_code)])
    expect(seen).not.toContain(text);
});

test('what is kept of a device names neither its address nor its program', async () => {
  const site = await createSite();
  const program = 'television/1.0 of this test';
  await ask(site, 'POST', '/device/auth', {
    headers: { 'user-agent': program, 'x-forwarded-for': '203.0.113.9' },
    body: new URLSearchParams({ client_id: 'tv', scope: 'openid' }),
  });
  const seal = createSeal(['a-secret-of-this-test-that-is-long-enough']);
  const keys = await site.storage.getKeys();
  const opened = await Promise.all(
    keys.map(async (key) => seal.open(key, String(await site.storage.getItem(key)))),
  );
  expect(opened.join()).toContain('"clientId":"tv"');
  expect(opened.join()).not.toMatch(/television\/1|203\.0\.113/);
});

test('a code of the older secret is found by an instance with a newer one', async () => {
  const site = await createSite();
  const { user_code } = await startDevice(site);
  site.use({
    secrets: ['another-secret-of-this-test-that-is-long-enough', 'a-secret-of-this-test-that-is-long-enough'],
  });
  const { browser } = await openForm(site);
  const page = await browser.press(await browser.open(`${site.issuer}/device`), undefined, { user_code });
  expect(page.text).toContain('Connect Television?');
});

test('a pending sign-in does not reveal its token or its cookie', async () => {
  const site = await createSite();
  const browser = site.browser();
  const { token, begun } = await beginAtTmdb(site, browser);
  const seen = await stored(site);
  for (const text of [token, begun.state, ...browser.cookies.values()]) expect(seen).not.toContain(text);
});

test('a session that was copied to another name in the store signs nobody in', async () => {
  const site = await createSite();
  await signIn(site);
  const keys = (await site.storage.getKeys()).filter((key) => key.includes('openid:Session:'));
  const [known = ''] = keys;
  const sealed = await site.storage.getItem(known);
  const { browser } = await openForm(site);
  for (const key of await site.storage.getKeys())
    if (key.includes('openid:Session:') && key !== known) await site.storage.setItem(key, sealed);
  const { url } = await browser.open((await begin(site, { prompt: 'none' })).url);
  expect(new URL(url).searchParams.get('error')).toBe('login_required');
});
