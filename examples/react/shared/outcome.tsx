import type { Outcome as Told } from '../library/use-action.ts';

/** How the last action went. Always in the page, so that what appears in it is heard. */
export function Outcome({ outcome }: { outcome: Told | null }) {
  return (
    <p role="status" className={`outcome ${outcome?.kind ?? ''}`}>
      {outcome?.text}
    </p>
  );
}
