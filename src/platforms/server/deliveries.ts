import { createWallClock } from '../../lib/clock.ts';
import type { Answer } from './answer.ts';
import type { Jar } from './jar.ts';
import type { Notes } from './notes.ts';
import type { ServerSettings } from './options.ts';
import { endMade, type Made } from './turn.ts';

/** How long an answer that brings a session waits for a browser that did not get it, in ms. */
const A_MINUTE = 60_000;
/** Notes last so much longer than the minute, in ms, so that a session no browser asked for can be ended. */
const MARGIN = 5_000;

export interface Delivery {
  answer: Answer;
  /** The session it brings. */
  made: Made;
}

/**
 * Answers that bring a session, kept in case the browser left before it got them (a phone lost its network, the user
 * pressed reload): TMDB makes a session only once. The same browser with the same question gets it once more.
 */
export function createDeliveries(settings: ServerSettings, notes: Notes) {
  const clock = createWallClock(settings.client.clock);
  /** Sessions whose browser had left, each with its timer. */
  const waiting = new Map<unknown, () => Promise<void>>();

  /** Ends a session that no browser knows, unless it was asked for in the meantime. */
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
    /** An answer that was finished for the same question. */
    async again(key: string): Promise<Answer | null> {
      const kept = await notes.take('finished', key);
      if (kept === null) return null;
      const { answer, made } = JSON.parse(kept) as Delivery;
      return made.sessionId && (await notes.read('ended', made.sessionId)) ? null : answer;
    },
    /** A browser has that session, by this answer or by another (a page beside the one that left). */
    received: (sessionId: string) => notes.keep('received', sessionId, 'yes', A_MINUTE + MARGIN),
    /** The user has signed out: what brought that session is not given out any more. */
    ended: (sessionId: string) => notes.keep('ended', sessionId, 'yes', A_MINUTE + MARGIN),
    /** Keeps what brings a session. `isListening`: a browser is still there to get it. */
    async sent(key: string, { answer, made }: Delivery, isListening: boolean, jar: Jar): Promise<Answer> {
      await notes.keep('finished', key, JSON.stringify({ answer, made }), A_MINUTE + MARGIN);
      if (!isListening) endLater(key, made, jar);
      return answer;
    },
    /** Another instance can give them out if there is a store; else they end with this one. */
    async close(): Promise<void> {
      const ends = [...waiting.values()];
      if (!settings.store) await Promise.all(ends.map((end) => end().catch(() => {})));
      for (const timer of waiting.keys()) clock.clearTimeout(timer);
      waiting.clear();
    },
  };
}
