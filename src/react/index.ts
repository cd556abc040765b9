export {
  TmdbAuthProvider,
  type TmdbAuthProviderProps,
  useTimeLeft,
  useTmdbAuth,
  useTmdbAuthSelector,
} from './hooks.ts';
