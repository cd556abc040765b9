import * as oidc from 'openid-client';
import { createSeal } from '../../src/platforms/seal.ts';
import { parseRecord } from '../../src/record/session-record.ts';
import { type Begun, type Browser, BYE, begin, exchange, SECRET, type Shown, type Site } from './site.ts';

/* People and apps that do not give up: they repeat a request that got no answer, and begin again when told so. */

/** A whole life of one user with one app. `told` gets every error that the user or the app was shown. */
export type Flow = (site: Site, told: string[]) => Promise<void>;

const LOST = 'The sign-in on TMDB was not completed in time. Start again.';

/** All that users and apps are told when an instance died. Each ends the request, so that they can begin again. */
export const TOLD = [
  // TMDB had made the session, and the instance died before it had stored it.
  `access_denied: ${LOST}`,
  `expired_token: ${LOST}`,
  // The browser's session was being replaced.
  'This came too late',
  // RFC 6749, 4.1.2: a code that was used once is never accepted again.
  'invalid_grant: grant request is invalid',
  // The user had confirmed the code of a device.
  'This code has already been used. Start again on your device.',
  "authorization_pending: authorization request is still pending as the end-user hasn't yet completed the user interaction steps",
  'invalid_request: interaction session and authentication session mismatch',
];

/** Whether TMDB made a session that no instance could store. TMDB lists no sessions, so that it cannot be found. */
export const isLost = (told: readonly string[]) => told.some((text) => text.includes(LOST));

const MOST_BEGINNINGS = 3;

/** Repeats requests that got no answer, as a reload does. */
export function persist(site: Site): void {
  site.network.fetch = async (input, init) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await fetch(input, init);
      } catch (error) {
        if (tries === 4) throw error;
      }
    }
  };
}

/** The text of a page: the problem beside its field, or its title. */
const saidBy = ({ text }: Shown) =>
  (/id="problem"[^>]*>([^<]*)</.exec(text) ?? /<h1[^>]*>([^<]*)</.exec(text))?.[1] ?? text.slice(0, 80);

/** Loads the page again while it offers that, and consents when asked. */
async function walk(browser: Browser, from: Shown): Promise<Shown> {
  let shown = from;
  for (let steps = 0; steps < 5; steps += 1) {
    if (shown.status === 503) shown = await browser.open(shown.url);
    else if (shown.text.includes('value="allow"')) shown = await browser.press(shown, 'allow');
    else break;
  }
  return shown;
}

/** Begins until a sign-in has succeeded. */
async function insist<T>(told: string[], attempt: () => Promise<T | string>): Promise<T> {
  for (let beginnings = 1; ; beginnings += 1) {
    const result = await attempt();
    if (typeof result !== 'string') return result;
    told.push(result);
    if (beginnings === MOST_BEGINNINGS) throw new Error(`The sign-in was given up: ${told.join(' | ')}`);
  }
}

const errorOf = (thrown: unknown): string => {
  const { error, error_description: why } = thrown as { error?: string; error_description?: string };
  if (error === undefined) throw thrown;
  return `${error}: ${why}`;
};

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

export async function signInAnyhow(site: Site, clientId: string, browser: Browser, told: string[]) {
  return insist<Tokens>(told, async () => {
    const begun: Begun = await begin(site, { clientId, scope: 'openid profile tmdb' });
    const shown = await walk(browser, await browser.open(begun.url));
    if (shown.url.startsWith(site.issuer)) return saidBy(shown);
    const answer = new URL(shown.url).searchParams;
    if (answer.has('error')) return `${answer.get('error')}: ${answer.get('error_description')}`;
    return exchange(site, shown, begun, clientId).catch(errorOf);
  });
}

export async function connectAnyhow(site: Site, browser: Browser, told: string[]) {
  return insist<Tokens>(told, async () => {
    const app = await site.app('tv');
    const begun = await oidc.initiateDeviceAuthorization(app, { scope: 'openid profile tmdb' });
    let asked = await browser.open(`${site.issuer}/device`);
    for (let forms = 0; forms < 4; forms += 1) {
      if (asked.text.includes('name="confirm"')) asked = await browser.press(asked, 'confirm');
      else if (asked.text.includes('id="code"') && !asked.text.includes('id="problem"'))
        asked = await browser.press(asked, undefined, { user_code: begun.user_code });
      else break;
    }
    const shown = await walk(browser, asked);
    const isConnected = shown.text.includes('is connected');
    if (!isConnected) told.push(saidBy(shown));
    const polled = oidc.genericGrantRequest(app, 'urn:ietf:params:oauth:grant-type:device_code', {
      device_code: begun.device_code,
    });
    return polled.catch(errorOf);
  });
}

/** Refreshes, and signs in again if the app was told that its user has to. */
async function refreshAnyhow(
  site: Site,
  clientId: string,
  tokens: Tokens,
  again: () => Promise<Tokens>,
  told: string[],
) {
  try {
    return await oidc.refreshTokenGrant(await site.app(clientId), tokens.refresh_token ?? '');
  } catch (error) {
    told.push(`refresh, ${errorOf(error)}`);
    return again();
  }
}

const useTmdb = async ({ issuer, network }: Site, { access_token: token }: Tokens) => {
  const answer = await network.fetch(`${issuer}/tmdb/3/account`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { username } = (await answer.json()) as { username?: string };
  return username ?? `proxy, ${answer.status}`;
};

export async function logOutAnyhow(site: Site, clientId: string, browser: Browser, tokens: Tokens) {
  const app = await site.app(clientId);
  const end = oidc.buildEndSessionUrl(app, {
    post_logout_redirect_uri: BYE,
    id_token_hint: tokens.id_token ?? '',
  });
  for (let tries = 0; tries < 3; tries += 1) {
    const asked = await browser.open(end.href);
    if (asked.url === BYE) return;
    const isAsked = asked.text.includes('name="logout"') && asked.text.includes('<button class="second"');
    const shown = await browser.press(asked, isAsked ? 'logout' : undefined);
    if (shown.url === BYE) return;
  }
  throw new Error('The user could not sign out.');
}

const sub = (tokens: Tokens) => tokens.claims()?.sub;

/** Code, refresh, proxy, logout. */
const browserFlow: Flow = async (site, told) => {
  const browser = site.browser();
  const again = () => signInAnyhow(site, 'films', browser, told);
  const first = await again();
  const tokens = await refreshAnyhow(site, 'films', first, again, told);
  if (sub(tokens) !== '548') throw new Error(`Another user: ${sub(tokens)}`);
  const username = await useTmdb(site, tokens);
  if (username !== 'sandra') told.push(username);
  await logOutAnyhow(site, 'films', browser, tokens);
};

/** Code, refresh with rotation, revocation. */
const pageFlow: Flow = async (site, told) => {
  const browser = site.browser();
  const again = () => signInAnyhow(site, 'page', browser, told);
  const first = await again();
  const tokens = await refreshAnyhow(site, 'page', first, again, told);
  if (sub(tokens) !== '548') throw new Error(`Another user: ${sub(tokens)}`);
  await oidc.tokenRevocation(await site.app('page'), tokens.refresh_token ?? '');
};

/** Device code, refresh with rotation, revocation. */
const deviceFlow: Flow = async (site, told) => {
  const browser = site.browser();
  const again = () => connectAnyhow(site, browser, told);
  const first = await again();
  const tokens = await refreshAnyhow(site, 'tv', first, again, told);
  if (sub(tokens) !== '548') throw new Error(`Another user: ${sub(tokens)}`);
  await oidc.tokenRevocation(await site.app('tv'), tokens.refresh_token ?? '');
};

/** A user who is signed in signs in once more in another browser, and out there. */
const againFlow: Flow = async (site, told) => {
  await signInAnyhow(site, 'other', site.browser(), told);
  const browser = site.browser();
  const tokens = await signInAnyhow(site, 'films', browser, told);
  await logOutAnyhow(site, 'films', browser, tokens);
  const { tmdb } = site;
  if (tmdb.sessions().length === 0) throw new Error('The other app was signed out.');
};

/** By what they play. */
export const FLOWS: Record<string, Flow> = {
  'a code, a refresh, a request to TMDB and a logout': browserFlow,
  'a code of an app without a secret, a refresh and a revocation': pageFlow,
  'a code of a device, a refresh and a revocation': deviceFlow,
  'a second sign-in of a user who is signed in, and its logout': againFlow,
};

/** The sessions at TMDB, and those of them that a record in the store still names. */
export async function sessionsOf({ tmdb, storage }: Pick<Site, 'tmdb' | 'storage'>) {
  const seal = createSeal([SECRET], () => Date.now());
  const known = new Set<string>();
  for (const key of await storage.getKeys('tmdb-auth:openid:tmdb')) {
    const sealed = await storage.getItem(key);
    const text = typeof sealed === 'string' ? await seal.open(key, sealed) : null;
    const sessionId = text === null ? null : parseRecord(text)?.secrets.sessionId;
    if (!sessionId) continue;
    const answer = await tmdb.fetch(`${tmdb.baseURL}/3/account?session_id=${sessionId}`, {
      headers: { authorization: `Bearer ${tmdb.accessToken}` },
    });
    if (answer.ok) known.add(sessionId);
  }
  return { all: tmdb.sessions().length, known: known.size };
}
