import { createStorage } from 'unstorage';
import { expect, test } from 'vitest';
import { createOpenidProvider, type OpenidProviderOptions } from '../../src/platforms/openid/index.ts';
import { SANDBOX_CREDENTIALS } from '../../src/tools/sandbox/index.ts';
import { createSite } from './site.ts';

const GOOD: OpenidProviderOptions = {
  credentials: { accessToken: SANDBOX_CREDENTIALS.accessToken },
  issuer: 'https://films.example',
  clients: [{ client_id: 'films', redirect_uris: ['https://films.example/callback'] }],
  secrets: ['a-secret-of-this-test-that-is-long-enough'],
  store: createStorage(),
};
const withClient = (client: object) => ({ clients: [{ ...GOOD.clients[0], ...client }] }) as never;

test('correct options make a provider', () => {
  expect(createOpenidProvider(GOOD)).toBeTypeOf('function');
});

test.each<[string, Partial<OpenidProviderOptions>, string]>([
  ['an issuer with a slash at the end', { issuer: 'https://films.example/' }, 'issuer is the address'],
  ['an issuer that is no address', { issuer: 'films' }, 'issuer is the address'],
  ['an issuer without https', { issuer: 'http://films.example' }, 'issuer must be https'],
  [
    'a pattern as a redirect address',
    withClient({ redirect_uris: ['https://*.films.example/callback'] }),
    'Write each address in full',
  ],
  ['a missing store', { store: undefined as never }, 'store is missing'],
  ['a store that is none', { store: {} as never }, 'store is a storage of unstorage'],
  ['short secrets', { secrets: ['short'] }, 'openssl rand -base64 32'],
  ['no clients', { clients: [] }, 'clients is a list of apps'],
  ['a client without a name', withClient({ client_id: '' }), 'needs a client_id'],
  ['two clients of one name', { clients: [...GOOD.clients, ...GOOD.clients] }, 'is there twice'],
  ['a short client secret', withClient({ client_secret: 'short' }), 'at least 32 random characters'],
  ['a client without an address', withClient({ redirect_uris: [] }), 'needs redirect_uris'],
  [
    'a redirect address that browsers do not open',
    withClient({ redirect_uris: ['ftp://films'] }),
    'is refused: redirect_uris',
  ],
  ['an unknown text', { texts: { hello: 'x' } as never }, 'texts.hello is not a text'],
  ['a proxy line of version 4', { proxy: ['GET /4/list/*'] }, "is not a line of TMDB's version 3"],
  ['a malformed proxy line', { proxy: ['GET /3/movie/?'] }, 'is not a line like'],
])('%s throws a TypeError that says what to change', (_, changed, message) => {
  const make = () => createOpenidProvider({ ...GOOD, ...changed });
  expect(make).toThrow(TypeError);
  expect(make).toThrow(message);
});

test('the pages speak the texts of the option', async () => {
  const site = await createSite({
    texts: { language: 'de', codeTitle: 'Gerät verbinden', next: 'Weiter <>' },
  });
  const { text } = await site.browser().open(`${site.issuer}/device`);
  expect(text).toContain('<html lang="de">');
  expect(text).toContain('<h1>Gerät verbinden</h1>');
  expect(text).toContain('Weiter &lt;&gt;</button>');
});
