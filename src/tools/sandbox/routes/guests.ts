import { failure } from '../answers.ts';
import { type Handler, param, type Route, sortedPage } from '../call.ts';
import type { Media } from '../catalog.ts';
import { ratedResults } from './ratings.ts';

const GUEST = '/3/guest_session/:guest_session_id';

/** A guest's ratings. An ended or unknown guest session gets 401/3. */
export const guests: readonly Route[] = [
  { method: 'GET', path: `${GUEST}/rated/movies`, evidence: 'documented', handle: rated('movie') },
  { method: 'GET', path: `${GUEST}/rated/tv`, evidence: 'documented', handle: rated('tv') },
  { method: 'GET', path: `${GUEST}/rated/tv/episodes`, evidence: 'documented', handle: rated('episode') },
];

function rated(type: Media['type']): Handler {
  return (call) => {
    const { store } = call;
    const guest = store.guest(param(call, 'guest_session_id'));
    if (!guest) return failure(3);
    const results = ratedResults(store, guest.shelf, type);
    const { emptyGuestList, laggingGuestList } = store.quirks;
    const isRated = [...guest.shelf.ratings.values()].some(({ media }) => media.type === type);
    const status = isRated ? laggingGuestList : emptyGuestList;
    if (results.length > 0 || status === 200) return sortedPage(call, results);
    return failure(status === 404 ? 34 : 11);
  };
}
