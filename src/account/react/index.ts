/**
 * The account in React 18 and 19: hooks below the `TmdbAuthProvider` of `tmdb-auth/react`.
 * @module tmdb-auth/account/react
 */
'use client';

export { useAccount, useAccountState, useList, useLists } from './hooks.ts';
