/**
 * A provider and hooks for React 18 and 19.
 * @module tmdb-auth/react
 */
'use client';

export {
  TmdbAuthProvider,
  type TmdbAuthProviderProps,
  useTimeLeft,
  useTmdbAuth,
  useTmdbAuthSelector,
} from './hooks.ts';
