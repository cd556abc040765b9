/**
 * The account as observable values, for a UI with any framework or none: loaded once, updated as soon as the user
 * changes something, and taken back if TMDB refuses it.
 * @module tmdb-auth/account/observe
 */
export type { AccountState } from './item.ts';
export type { MethodsOf, Observable } from './observe.ts';
export {
  type ListState,
  type ListsState,
  type ObservedList,
  observeList,
  observeLists,
} from './observe-lists.ts';
export { type ObservedState, observeState, type StateMethods } from './observe-state.ts';
