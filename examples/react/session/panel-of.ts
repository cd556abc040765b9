import type { AuthView } from 'tmdb-auth';

export type PanelName = 'restoring' | 'signedOut' | 'inProgress' | 'awaiting' | 'guest' | 'user';

/** The panel that a state shows. */
export function panelOf({ state, status }: AuthView): PanelName {
  if (state === 'restoring') return 'restoring';
  if (state.startsWith('awaitingApproval')) return 'awaiting';
  return status === 'pending' ? 'inProgress' : status;
}
