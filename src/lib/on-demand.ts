import { NETWORK } from '../../machines/auth.requests.ts';
import { ThrownFailure } from './thrown-failure.ts';

/**
 * A part of this package that the first call loads; later calls get it at once. Rejects with `network` if it cannot
 * be loaded, and the next call tries again.
 */
export function onDemand<Part extends object>(load: () => Promise<Part>): () => Part | Promise<Part> {
  let part: Part | null = null;
  let loading: Promise<Part> | null = null;
  const begin = () =>
    load().then(
      (loaded) => {
        part = loaded;
        return loaded;
      },
      () => {
        loading = null;
        throw new ThrownFailure(NETWORK);
      },
    );
  return () => {
    if (part) return part;
    loading ??= begin();
    return loading;
  };
}
