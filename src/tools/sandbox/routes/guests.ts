import { failure } from '../answers.ts';
import { type Handler, paged, param, type Route } from '../call.ts';
import type { Media } from '../catalog.ts';
import { ratedResults } from './ratings.ts';

const GUEST = '/3/guest_session/:guest_session_id';

/** What a guest has rated. A guest session that ended, or never was, is 401/3. */
export const guests: readonly Route[] = [
  { method: 'GET', path: `${GUEST}/rated/movies`, handle: rated('movie') },
  { method: 'GET', path: `${GUEST}/rated/tv`, handle: rated('tv') },
  { method: 'GET', path: `${GUEST}/rated/tv/episodes`, handle: rated('episode') },
];

function rated(type: Media['type']): Handler {
  return (call) => {
    const guest = call.store.guest(param(call, 'guest_session_id'));
    return guest ? paged(call, ratedResults(guest.shelf, type)) : failure(3);
  };
}
