import type { $Fetch, CreateFetchOptions } from 'ofetch';

type Module = typeof import('ofetch');
let loading: Promise<Module> | undefined;

/** Loads it, once for all: even what is there already takes `import()` longer than a request should wait. */
export function loadOfetch(): Promise<Module> {
  loading ??= import('ofetch').catch((error) => {
    // The next request tries again.
    loading = undefined;
    throw error;
  });
  return loading;
}

/** An ofetch of one's own, loaded with the first request: until then nobody pays for it. */
export function ofetch(options: CreateFetchOptions): () => Promise<$Fetch> {
  let made: $Fetch | undefined;
  return async () => {
    made ??= (await loadOfetch()).createFetch(options);
    return made;
  };
}
