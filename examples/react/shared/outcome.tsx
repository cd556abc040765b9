import type { Outcome as Told } from '../library/use-action.ts';

/**
 * The result of the last action. Always rendered, because screen readers announce only changes in an existing
 * element.
 */
export function Outcome({ outcome }: { outcome: Told | null }) {
  return (
    <p role="status" className={`outcome ${outcome?.kind ?? ''}`}>
      {outcome?.text}
    </p>
  );
}
