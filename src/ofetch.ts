import type { $Fetch, CreateFetchOptions } from 'ofetch';

/** An ofetch of one's own, loaded with the first request: until then nobody pays for it. */
export function ofetch(options: CreateFetchOptions): () => Promise<$Fetch> {
  let made: Promise<$Fetch> | undefined;
  return () => {
    made ??= import('ofetch').then(({ createFetch }) => createFetch(options));
    return made;
  };
}
