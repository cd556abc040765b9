/** A figure, or a dash until it is known. */
export const Count = ({ count }: { count: number | null }) =>
  count ?? (
    <>
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">not known yet</span>
    </>
  );
