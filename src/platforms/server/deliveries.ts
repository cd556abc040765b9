import { createWallClock } from '../../lib/clock.ts';
import type { Answer } from './answer.ts';
import type { Jar } from './jar.ts';
import type { Notes } from './notes.ts';
import type { ServerSettings } from './options.ts';
import { endMade, type Made } from './request-client.ts';

/** How long an answer with a session is kept for a browser that did not receive it, in ms. */
const A_MINUTE = 60_000;
/** Notes outlast the minute by this much, in ms, so that `endLater` can still read them. */
const MARGIN = 5_000;

export interface Delivery {
  answer: Answer;
  /** The credentials in the answer. */
  made: Made;
}

/**
 * Keeps answers with a session in case the browser disconnected before they arrived (a phone lost its network, the
 * user pressed reload): TMDB makes a session only once. If the same browser repeats the same request, it gets the
 * answer once more.
 */
export function createDeliveries(settings: ServerSettings, notes: Notes) {
  const clock = createWallClock(settings.client.clock);
  /** Timers of sessions that no browser has received, each with the function that ends the session. */
  const waiting = new Map<unknown, () => Promise<void>>();

  /** After a minute, ends a session that no browser has received. */
  const endLater = (key: string, made: Made, jar: Jar) => {
    const end = async () => {
      clock.clearTimeout(timer);
      waiting.delete(timer);
      const { sessionId } = made;
      const isReceived = sessionId !== null && (await notes.read('received', sessionId)) !== null;
      if ((await notes.take('finished', key)) === null || isReceived) return;
      await endMade(settings, made);
      await jar.storage.remove('');
    };
    const timer = clock.setTimeout(() => void end().catch(() => {}), A_MINUTE);
    waiting.set(timer, end);
  };

  return {
    /** The kept answer to the same request, once. */
    async again(key: string): Promise<Answer | null> {
      const kept = await notes.take('finished', key);
      if (kept === null) return null;
      const { answer, made } = JSON.parse(kept) as Delivery;
      return made.sessionId && (await notes.read('ended', made.sessionId)) ? null : answer;
    },
    /** A browser has received that session, in this answer or in another one (a second tab). */
    received: (sessionId: string) => notes.keep('received', sessionId, 'yes', A_MINUTE + MARGIN),
    /** The user has signed out: an answer with that session is not sent again. */
    ended: (sessionId: string) => notes.keep('ended', sessionId, 'yes', A_MINUTE + MARGIN),
    /** Keeps an answer with a session. `isListening`: a browser still waits for it. */
    async sent(key: string, { answer, made }: Delivery, isListening: boolean, jar: Jar): Promise<Answer> {
      await notes.keep('finished', key, JSON.stringify({ answer, made }), A_MINUTE + MARGIN);
      if (!isListening) endLater(key, made, jar);
      return answer;
    },
    /** With a store another instance can send the kept answers. Without one their sessions end now. */
    async close(): Promise<void> {
      const ends = [...waiting.values()];
      if (!settings.store) await Promise.all(ends.map((end) => end().catch(() => {})));
      for (const timer of waiting.keys()) clock.clearTimeout(timer);
      waiting.clear();
    },
  };
}
