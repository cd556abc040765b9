import type { ApiVersion, Restored } from '../../machines/index.ts';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { account } from '../machine/facts.ts';
import { HOUR } from '../support/clock.ts';
import { askTmdb, keptAccessToken, keptSession, newToken } from '../support/kept.ts';
import { RECORDS } from './events.ts';

const LONG_AGO = 60_000;

/** A record with these facts as somebody else would have written it now, with secrets that TMDB knows. */
export async function recordText(
  tmdb: Sandbox,
  now: number,
  wanted: Restored,
  { version, isDoubtful }: { version: ApiVersion; isDoubtful: boolean },
): Promise<string | null> {
  const { facts, at } = wanted;
  const guest = async () => {
    const id = (await askTmdb(tmdb, '/3/authentication/guest_session/new')).guest_session_id;
    await askTmdb(tmdb, `/3/movie/1001/rating?guest_session_id=${id}`, { value: 8 });
    return id;
  };
  if (Object.values(facts).every((fact) => !fact)) return null;
  /** The fixtures' times, moved to where the clock is now. */
  const moved = (time: number) => now + (time - at);
  const isOver = wanted === RECORDS.guestOver;
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
      requestToken: facts.token && (await newToken(tmdb, version)),
      redirectTo: null,
      accessToken: facts.access && (await keptAccessToken(tmdb)),
      sessionId: facts.session && (await keptSession(tmdb)),
      guestId: facts.guest && (await guest()),
    },
  });
}
