import type { ReactNode } from 'react';
import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { reasonOf } from '../texts/states.ts';

/** The reason why the last action failed, or the children if nothing failed. */
export function Reason({ children = null }: { children?: ReactNode }) {
  const reason = useTmdbAuthSelector(reasonOf);
  return reason ? <p className="reason">{reason}</p> : children;
}
