/**
 * The account as values that change, for a UI of any framework or none: loaded once, shown at once when the user changes
 * something, taken back when TMDB refuses it.
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
