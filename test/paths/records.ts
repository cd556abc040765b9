import type { ApiVersion, Restored } from '../../machines/index.ts';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { account } from '../machine/facts.ts';
import { HOUR } from '../support/clock.ts';
import { RECORDS } from './events.ts';

const LONG_AGO = 60_000;

/** A record with these facts as another client would have written it now, with secrets that TMDB knows. */
export async function recordText(
  tmdb: Sandbox,
  now: number,
  wanted: Restored,
  { version, isDoubtful }: { version: ApiVersion; isDoubtful: boolean },
): Promise<string | null> {
  const { facts, at } = wanted;
  const ask = async (path: string, body?: object, bearer = tmdb.accessToken) => {
    const answer = await fetch(`${tmdb.baseURL}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, string>;
  };
  const token = async (of: ApiVersion) =>
    (of === 4 ? await ask('/4/auth/request_token', {}) : await ask('/3/authentication/token/new'))
      .request_token ?? '';
  const session = async () => {
    const requestToken = await token(3);
    tmdb.approve(requestToken);
    return (await ask('/3/authentication/session/new', { request_token: requestToken })).session_id;
  };
  const access = async () => {
    const requestToken = await token(4);
    tmdb.approve(requestToken);
    return (await ask('/4/auth/access_token', { request_token: requestToken })).access_token;
  };
  const guest = async () => {
    const id = (await ask('/3/authentication/guest_session/new')).guest_session_id;
    await ask(`/3/movie/1001/rating?guest_session_id=${id}`, { value: 8 });
    return id;
  };
  if (Object.values(facts).every((fact) => !fact)) return null;
  /** Moves the fixtures' times to the present of this clock. */
  const moved = (time: number) => now + (time - at);
  const isOver = wanted === RECORDS.expiredGuest;
  const claim = facts.exchanging || (facts.token && isDoubtful);
  return JSON.stringify({
    v: 1,
    facts: {
      token: facts.token && {
        apiVersion: version,
        requestedAt: moved(facts.token.requestedAt),
        expiresAt: moved(facts.token.expiresAt),
      },
      exchanging: claim ? { by: 'another', at: now - LONG_AGO, asking: !facts.exchanging } : null,
      access: facts.access && { createdAt: now, accountObjectId: facts.access.accountObjectId },
      session: facts.session && { createdAt: now, expiresAt: now + 24 * HOUR },
      account: facts.account && account,
      guest: facts.guest && {
        createdAt: now,
        used: facts.guest.used,
        unusedUntil: isOver ? now - HOUR : now + 1.5 * HOUR,
        expiresAt: now + 24 * HOUR,
      },
    },
    secrets: {
      requestToken: facts.token && (await token(version)),
      redirectTo: null,
      accessToken: facts.access && (await access()),
      sessionId: facts.session && (await session()),
      guestId: facts.guest && (await guest()),
    },
  });
}
