import type { AuthView, CarryOver } from 'tmdb-auth';

export const CARRYING_OVER = 'sessionActive.carryingOver';

const ratings = (count: number) => (count === 1 ? '1 rating' : `${count} ratings`);
const are = (count: number) => (count === 1 ? 'is' : 'are');

/** Number of the guest's ratings that are done. */
export const doneOf = ({ carried, kept, failed }: CarryOver): number => carried + kept + failed.length;

/** The result of the last carry-over; null while one runs, and without one. */
export function outcomeOf({ state, carryOver }: Pick<AuthView, 'state' | 'carryOver'>): string | null {
  if (!carryOver || carryOver.total === null || state === CARRYING_OVER) return null;
  const { total, carried, kept, failed } = carryOver;
  const left = total - doneOf(carryOver);
  const said = [
    total === 0 && 'There were no ratings to keep.',
    carried > 0 && `${ratings(carried)} ${are(carried)} on your account now.`,
    kept === 1 && 'You had rated one film differently: that stays.',
    kept > 1 && `You had rated ${kept} films differently: those stay.`,
    failed.length > 0 && `${ratings(failed.length)} could not be kept.`,
    left > 0 && `${ratings(left)} ${are(left)} still to come.`,
  ];
  return said.filter(Boolean).join(' ');
}
