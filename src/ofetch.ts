import type { $Fetch, CreateFetchOptions } from 'ofetch';

/** Loads it ahead of a request that is sure to come. */
export const loadOfetch = () => import('ofetch');

/** An ofetch of one's own, loaded with the first request: until then nobody pays for it. */
export function ofetch(options: CreateFetchOptions): () => Promise<$Fetch> {
  let made: Promise<$Fetch> | undefined;
  return () => {
    made ??= loadOfetch().then(
      ({ createFetch }) => createFetch(options),
      (error) => {
        // The next request tries again.
        made = undefined;
        throw error;
      },
    );
    return made;
  };
}
