import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { type Answer, refuse } from '../server/answer.ts';
import { MOST_WRONG_CODES } from '../server/devices.ts';
import { createLimit } from '../server/limit.ts';
import { readBody } from '../server/requests.ts';
import { type Context, headOfRequest, requestOf, send, setBody } from './answers.ts';
import type { OpenidSettings } from './options.ts';
import { type Pages, retryAfter } from './pages.ts';

/**
 * Requests of one address that begin something without signing in. Each leaves 1 to 45 kB in the store, a sign-in or a
 * device's code for 70 minutes: 310 MB at most.
 */
const MOST_BEGUN = { perAddress: 100, inAll: Number.POSITIVE_INFINITY, within: 60_000 };
/** Length of a query or a body: oidc-provider stores its parameters. */
const LONGEST = 8_192;

/** In any spelling that oidc-provider takes for the path. */
const BEGINS = /^\/(auth|request|device|device\/auth|session\/end)\/?$/i;
/** All others get 404. */
const METHODS = new Set(['GET', 'HEAD', 'POST']);
/** Asked by apps and devices, not by browsers. */
const FOR_PROGRAMS = /^\/(request|device\/auth)\/?$/i;

export class TooManyCodes extends errors.CustomOIDCProviderError {
  constructor() {
    super('slow_down', 'Too many wrong codes were typed.');
    this.status = 429;
    this.statusCode = 429;
  }
}

/**
 * Limits wrong codes at the lookup itself: every spelling of the page's address leads to it. There are 20^8 codes: 100
 * guesses in 5 minutes find one certain code in its 10 minutes once in 128 million times.
 */
export function limitGuesses(
  adapter: (model: string) => Adapter,
  { server, issuer }: OpenidSettings,
): (model: string) => Adapter {
  const limit = createLimit(server.client.clock, MOST_WRONG_CODES);
  return (model) => {
    const known = adapter(model);
    if (model !== 'DeviceCode') return known;
    return {
      ...known,
      async findByUserCode(userCode) {
        const { ctx } = Provider;
        // Taken first, so that guesses at the same time are counted, too.
        const giveBack = limit.take(ctx ? server.addressOf(headOfRequest(ctx, issuer)) : null);
        if (!giveBack) throw new TooManyCodes();
        const found = await known.findByUserCode(userCode);
        if (found && isUsable(found)) giveBack();
        return found;
      },
    };
  };
}

/** Expired and used codes count as wrong: the page tells them apart, which would help to guess. */
const isUsable = ({ exp = 0, error, accountId, inFlight }: AdapterPayload) =>
  exp > Date.now() / 1_000 && !error && !accountId && !inFlight;

/** Refuses long requests, and those of an address that has begun too much. Returns whether it did. */
export function limitBeginnings({ server, issuer }: OpenidSettings, pages: Pages) {
  const limit = createLimit(server.client.clock, MOST_BEGUN);
  return async (ctx: Context): Promise<boolean> => {
    if (!BEGINS.test(ctx.path) || !METHODS.has(ctx.method)) return false;
    const refused = refusalOf(ctx) ?? (await refusalOfBody(ctx));
    if (refused) await send(ctx, refused);
    return refused !== null;
  };

  function refusalOf(ctx: Context): Answer | null {
    if (Math.max(ctx.querystring.length, announcedIn(ctx)) > LONGEST) return refuse('too_large');
    const address = server.addressOf(headOfRequest(ctx, issuer));
    if (address === null || limit.take(address)) return null;
    return FOR_PROGRAMS.test(ctx.path) ? TOO_MANY : pages.tooMany(MOST_BEGUN.within);
  }

  /** Clients and proxies may send a body in chunks, without its length: it has to be read to be measured. */
  async function refusalOfBody(ctx: Context): Promise<Answer | null> {
    if (ctx.method !== 'POST' || ctx.req.headers['content-length'] !== undefined) return null;
    const body = await readBody(requestOf(ctx, issuer), { ...server, maxBody: LONGEST });
    if (typeof body === 'string') return refuse(body);
    setBody(ctx, new Uint8Array(body));
    return null;
  }
}

const announcedIn = ({ req }: Context) => Number(req.headers['content-length'] ?? 0);

const TOO_MANY: Answer = {
  status: 429,
  headers: [['content-type', 'application/json'], retryAfter(MOST_BEGUN.within)],
  body: JSON.stringify({
    error: 'temporarily_unavailable',
    error_description: 'Too many requests from this address. Try again in a minute.',
  }),
};
