import { RETRY_AFTER } from './faults.ts';
import type { Stage } from './stage.ts';

/** The orphans at TMDB, without what the app had stored before. */
export function orphansOf(stage: Stage) {
  const keeps = stage.kept && (stage.kept.sessionId ? 'session' : 'access');
  const facts = stage.auth.actor.getSnapshot().context.facts;
  const stored = stage.record()?.facts;
  const keptOf = (what: string) => Number(what === keeps);
  const unknown = (held: readonly unknown[], what: 'session' | 'access' | 'guest') =>
    Math.max(0, held.length - Number(Boolean(facts[what] ?? stored?.[what])) - keptOf(what));
  return {
    sessions: unknown(stage.tmdb.sessions(), 'session'),
    accessTokens: unknown(stage.tmdb.accessTokens(), 'access'),
    guests: unknown(stage.tmdb.guests(), 'guest'),
  };
}

/** Whether a new client on the same storage shows the same user or guest, without a request to TMDB. */
export async function isRemembered(stage: Stage): Promise<boolean> {
  const { status, account, guest } = stage.view;
  const asked = stage.tmdb.requests.length;
  stage.store.heal();
  await stage.act('restart');
  await stage.call('begin');
  const now = stage.view;
  const isSame =
    JSON.stringify([now.status, now.account, now.guest]) === JSON.stringify([status, account, guest]);
  return isSame && stage.tmdb.requests.length === asked;
}

/** Disposes the client. Then no timer may be left, and no secret may have been seen. */
export async function judgeEnd(stage: Stage): Promise<string[]> {
  stage.auth.dispose();
  const left = () => JSON.stringify(stage.clock.pending());
  const wrong: string[] = [];
  await stage
    .until(
      () => stage.wire.open.size === 0 && stage.clock.pending().timers === 0,
      () => `timers to end: ${left()}`,
    )
    .catch(({ message }: Error) => wrong.push(message));
  if (stage.clock.pending().listeners > 0) wrong.push(`left behind: ${left()}`);
  if (stage.calls.some(({ isOver }) => !isOver)) wrong.push('a call has not settled');
  const everything = stage.seen.join('\n');
  for (const secret of stage.wire.secrets) {
    const at = everything.indexOf(secret);
    if (at >= 0) wrong.push(`a secret was seen: ${everything.slice(Math.max(0, at - 80), at)}…`);
  }
  return wrong;
}

/** Whether the client waited as long as a 429 asked for. */
export function hasWaited(stage: Stage, from: number): boolean {
  const asked = stage.tmdb.requests.slice(from);
  return asked.every(({ status, at, method, path }, index) => {
    const again = asked.slice(index + 1).find((later) => later.method === method && later.path === path);
    return status !== 429 || !again || again.at - at >= RETRY_AFTER;
  });
}

/** Whether a token of an unfinished sign-in is kept. */
export function keepsToken(stage: Stage): boolean {
  const { token, access, session } = stage.auth.actor.getSnapshot().context.facts;
  return token !== null || (access !== null && session === null);
}
