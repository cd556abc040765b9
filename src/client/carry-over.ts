import type { AuthEvent, AuthSnapshot, CarryOver } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { RecordKeeper } from '../record/keeper.ts';
import { isSettled } from './attempts.ts';
import { isRestored } from './sign-in.ts';
import type { TmdbAuth } from './tmdb-auth.ts';
import type { Views } from './views.ts';

const NOBODY = {
  message: 'Nobody is signed in, so the guest’s ratings cannot be carried over. Sign in first.',
};
const NOTHING: CarryOver = { total: 0, carried: 0, kept: 0, failed: [] };

interface CarryOverDependencies {
  record: Pick<RecordKeeper, 'flush'>;
  views: Views;
  snapshot(): AuthSnapshot;
  send(event: AuthEvent): void;
}

/** A second call joins the first. */
export function createCarryOver({
  record,
  views: { until },
  snapshot,
  send,
}: CarryOverDependencies): TmdbAuth['carryOverGuestRatings'] {
  return async ({ overwrite = false, signal } = {}) => {
    await until(isRestored);
    if (signal?.aborted) throw new TmdbAuthError('cancelled');
    if (!snapshot().matches({ sessionActive: 'carryingOver' })) {
      if (snapshot().matches('sessionActive')) await until(isSettled);
      if (!snapshot().matches('sessionActive')) throw new TmdbAuthError('session_invalid', NOBODY);
      if (!snapshot().context.facts.guest) return NOTHING;
      send({ type: 'ratings.carry', overwrite });
    }
    const cancel = () => send({ type: 'login.cancel' });
    signal?.addEventListener('abort', cancel);
    await until(isSettled).finally(() => signal?.removeEventListener('abort', cancel));
    await record.flush();
    const { failure, failedStep, carryOver } = snapshot().context;
    const isDone = snapshot().matches('sessionActive') && failedStep !== 'carryingOver';
    if (failure && (!isDone || failure.code === 'guest_gone')) throw new TmdbAuthError(failure);
    // The user has signed out meanwhile.
    if (!carryOver) throw new TmdbAuthError('cancelled');
    return carryOver;
  };
}
