import { type End, ITS_OWN } from './ends.ts';
import type { Cell, Played } from './play.ts';
import { stepOf } from './steps.ts';

/** The state in which the client must be after the remedy. */
function endAfter({ step: name }: Cell, { rests, helps }: End): string {
  const { goal } = stepOf(name);
  if (helps === 'login' || goal.startsWith('awaitingApproval')) return 'sessionActive.ready';
  return helps === 'nothing' ? rests : goal;
}

/** The differences between what was seen and what must be, in words. */
export function differences(cell: Cell, end: End, played: Played): string[] {
  const { sessions = 0, accessTokens = 0, guests = 0 } = end.lost ?? {};
  const isRandom = stepOf(cell.step).polls && end.rests === 'idle.tokenExpired';
  // After a lost answer only another request shows that retry cannot help.
  const isUnknown = end.helps === 'login' && end.failure === ITS_OWN[cell.fault];
  const isOffered = end.helps === 'retry' || (isUnknown && end.failure !== 'token_expired');
  const wanted: Record<string, [seen: unknown, wanted: unknown]> = {
    'it rests in': [played.rests, end.rests],
    'the failure is': [played.failure, end.failure],
    'the requests are': [played.requests, isRandom ? Math.min(played.requests, end.requests) : end.requests],
    'TMDB alone knows of': [played.orphans, { sessions, accessTokens, guests }],
    'in the end it is': [played.ends, endAfter(cell, end)],
    'a new start finds the same': [played.isRemembered, !end.forgotten],
    'retry is offered': [played.canRetry, isOffered],
  };
  const found = Object.entries(wanted)
    .filter(([, [seen, right]]) => JSON.stringify(seen) !== JSON.stringify(right))
    .map(([what, [seen, right]]) => `${what} ${JSON.stringify(seen)}, not ${JSON.stringify(right)}`);
  return [...found, ...played.wrong];
}
