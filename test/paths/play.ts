import type { ApiVersion, authActors, Failure, Restored } from '../../machines/index.ts';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { carriedInPart, errors } from '../machine/facts.ts';
import { invokesOf, type State, timersOf, type WorldEvent } from '../machine/world.ts';
import { callback } from '../support/approval.ts';
import { keptSession } from '../support/kept.ts';
import type { Path } from './choose.ts';
import { createDrive, type Drive, type Needs } from './drive.ts';
import { names } from './playable.ts';

/** The faults of TMDB that make an actor fail in this way. */
const FAULTS: Partial<Record<keyof typeof errors, Fault>> = {
  retryable: { kind: 'dropBefore' },
  final: { kind: 'status', status: 401, code: 7 },
  sessionInvalid: { kind: 'status', status: 401, code: 3 },
  guestGone: { kind: 'status', status: 401, code: 3 },
  interrupted: { kind: 'status', status: 401, code: 17 },
};
/** The requests that an actor waits for. A carry-over has one for each rating. */
const REQUESTS: Record<Exclude<keyof typeof authActors, 'carryOver'>, RegExp> = {
  restore: /^read$/,
  requestToken: /token\/new$|request_token$/,
  submitLogin: /validate_with_login$/,
  createSession: /session\/new$|POST .*access_token$|^claim$/,
  checkApproval: /session\/new$|POST .*access_token$/,
  convertSession: /convert\/4$/,
  adoptSession: /GET \/3\/account$/,
  fetchAccount: /GET \/3\/account$/,
  verifySession: /GET \/3\/account$/,
  deleteSession: /DELETE/,
  createGuest: /guest_session\/new$/,
};
const REFUSED_RATING: Fault = { kind: 'status', status: 404, code: 34 };

/** The settings that the path needs from its client from the start. */
function needsOf(path: Path): Needs {
  const told = names(path);
  const version: ApiVersion = / access;| access$|denied$|denied;|convert/.test(
    told.replace(/approval\.denied/g, ''),
  )
    ? 4
    : 3;
  return {
    version,
    isDoubtful: /checkApproval interrupted/.test(told),
    holdsClaims: /tokenExpired$|tokenExpired;/.test(told.replace(/idle\.tokenExpired/g, '')),
    holdsWrites: /record\.failed/.test(told),
    hasPage: /approval\.(blocked|shown)/.test(told),
    polls: /pollInterval/.test(told),
  };
}

export const driveFor = (path: Path): Promise<Drive> => createDrive(needsOf(path));

/** Carries out this step of a path. */
export async function make(
  drive: Drive,
  { before, event }: { before: State; event: WorldEvent },
): Promise<void> {
  const { auth, tmdb } = drive;
  const { type } = event;
  if (type.startsWith('xstate.after.')) {
    const delay = timersOf(before).find((timer) => timer.event.type === type)?.delay ?? '';
    return drive.passes(delay);
  }
  if (/^xstate\.(done|error)\./.test(type)) return answer(drive, before, event);
  const kept = type === 'session.adopt' ? keptSession(tmdb) : '';
  const rating = () =>
    auth.fetch('/3/movie/1001/rating', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ value: 7 }),
    });
  const acts: Record<string, () => Promise<unknown> | undefined> = {
    'login.start': () => auth.login({ redirectTo: 'http://app.test/callback' }),
    'login.password': () => auth.loginWithPassword({ username: 'sandra', password: 'sandbox' }),
    'login.cancel': () => auth.cancel(),
    'guest.start': () => auth.loginAsGuest(),
    'session.adopt': () => auth.adoptSession({ sessionId: kept }),
    'session.check': () => auth.verify(),
    retry() {
      if (before.context.failedStep === 'restoring') drive.restarting();
      drive.setReadable(true);
      return auth.retry();
    },
    logout: () => auth.logout(),
    'ratings.carry': () => auth.carryOverGuestRatings(),
    'approval.check': () => void auth.actor.send({ type: 'approval.check' }),
    'approval.granted'() {
      const requestToken = drive.requestToken();
      tmdb.approve(requestToken);
      return auth.handleCallback(callback(requestToken));
    },
    'approval.denied'() {
      const requestToken = drive.requestToken();
      tmdb.deny(requestToken);
      return auth.handleCallback(callback(requestToken, 'denied'));
    },
    'approval.blocked': () => void drive.page(drive.blocked()),
    'approval.shown': () => auth.login(),
    // The adapter for pages sends this event.
    'login.lost': () => void auth.actor.send({ type: 'login.lost', failure: event.failure as Failure }),
    'guest.used': rating,
    'guest.rejected': rating,
    'session.rejected': () => auth.fetch('/3/account'),
  };
  await drive.begin(acts[type]?.() ?? Promise.resolve());
  if (type === 'guest.used') await drive.release(undefined, /rating$/);
  if (type === 'guest.rejected' || type === 'session.rejected') {
    const isGone = { kind: 'status', status: 401, code: 3 } as const;
    await drive.release(isGone, /rating$|GET \/3\/account$/);
    // TMDB is asked once more before a guest is given up.
    if (type === 'guest.rejected') await drive.release(isGone, /rated\/movies$/);
  }
  if (type === 'record.changed') {
    await drive.store(event.output as Restored);
    drive.hear();
  }
  if (type === 'record.failed') await drive.release(undefined, /^write$/);
  if (type === 'ratings.progress') {
    while (auth.getView().carryOver?.total === null) await drive.release();
  }
  await drive.quiet();
}

async function answer(drive: Drive, before: State, { output, error, type }: WorldEvent): Promise<void> {
  const src = invokesOf(before)[0]?.src as keyof typeof authActors;
  const failing = Object.entries(errors).find(([, known]) => known === error)?.[0] as keyof typeof errors;
  const isDone = type.startsWith('xstate.done.');
  if (src === 'restore') {
    if (isDone) await drive.store(output as Restored);
    else drive.setReadable(false);
    await drive.release(undefined, REQUESTS[src]);
    return;
  }
  if (/^(checkApproval|createSession)$/.test(src)) {
    if (failing === 'denied') drive.tmdb.deny(drive.requestToken());
    else if (isDone || failing === 'interrupted') approve(drive);
    if (failing === 'tokenExpired') drive.clock.sleep(61 * 60_000);
  }
  if (src === 'carryOver') return carryOver(drive, isDone, output, failing);
  await drive.release(failing && FAULTS[failing], REQUESTS[src]);
  if (failing === 'denied') await drive.lets(2_000);
}

function approve(drive: Drive) {
  try {
    drive.tmdb.approve(drive.requestToken());
  } catch {
    // The token was approved before.
  }
}

/**
 * Sends its requests one after the other: the first fails, or the first about a rating. A guest is gone when each
 * list says so.
 */
async function carryOver(drive: Drive, isDone: boolean, output: unknown, failing: keyof typeof errors) {
  const isGoing = () => drive.auth.getView().state === 'sessionActive.carryingOver';
  let asked = 0;
  while (isGoing()) {
    await drive.nextRequest();
    if (!isGoing()) return;
    const label = drive.held[0]?.label ?? '';
    const isAboutUser = /account_states|rating$|GET \/3\/account$/.test(label);
    const isFirst = asked === 0;
    let fault: Fault | undefined;
    if (failing === 'sessionInvalid') fault = isAboutUser ? FAULTS.sessionInvalid : undefined;
    else if (failing === 'guestGone') fault = FAULTS.guestGone;
    else if (failing && isFirst) fault = FAULTS[failing];
    else if (isDone && output === carriedInPart && /account_states/.test(label)) fault = REFUSED_RATING;
    asked += 1;
    await drive.release(fault);
  }
}
