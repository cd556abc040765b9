import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { useTmdbAuth } from 'tmdb-auth/react';
import { CARRYING_OVER } from '../texts/carry-over.ts';
import { EMPTY, withList, withMembership, withReadFilms, withReadLists, withStates } from './library.ts';
import { type LibraryAccess, LibraryContext, type Owner } from './library-context.ts';
import * as requests from './requests.ts';

/** In ms. */
const LATE = 3_000;

/** Loads what TMDB keeps for whoever is here, and keeps it in step with what they change. */
export function LibraryProvider({ children }: { children: ReactNode }) {
  const { api, state, status, account, guest, carryOver } = useTmdbAuth();
  const [library, setLibrary] = useState(EMPTY);
  const [owner, setOwner] = useState<Owner>('nobody');

  // Pending is nobody new: a guest who is signing in goes on seeing the guest's ratings.
  const now = status === 'user' ? (account?.id ?? owner) : status === 'signedOut' ? 'nobody' : status;
  if (now !== 'pending' && now !== owner) {
    setOwner(now);
    setLibrary(EMPTY);
  }

  const objectId = account?.objectId ?? null;
  const hasSomething = typeof owner === 'number' || (owner === 'guest' && guest?.used === true);
  // Read again once the guest's ratings are the user's.
  const isChanging = state === CARRYING_OVER;
  const currentFilms = useEffectEvent(() => library.films);
  const hasJustKept = useEffectEvent(() => carryOver !== null);
  useEffect(() => {
    if (!hasSomething || isChanging) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const readFilms = () => {
      const known = currentFilms();
      // What cannot be read stays empty; why, the view says, or the next change.
      requests
        .fetchFilms(api, signal)
        .then((films) => setLibrary((before) => withReadFilms(before, known, films)))
        .catch(() => {});
    };
    readFilms();
    // TMDB shows a rating two seconds late: those that were just kept are looked for once more.
    const again = hasJustKept() ? setTimeout(readFilms, LATE) : undefined;
    if (typeof owner === 'number') {
      requests
        .fetchLists(api, { id: owner, objectId }, signal)
        .then((lists) => setLibrary((before) => withReadLists(before, lists)))
        .catch(() => {});
    }
    return () => {
      clearTimeout(again);
      leaving.abort();
    };
  }, [api, owner, objectId, hasSomething, isChanging]);

  const access: LibraryAccess = {
    library,
    owner,
    async rate(film, rating) {
      await requests.rate(api, film, rating);
      setLibrary((before) => withStates(before, film, { rating }));
    },
    async mark(film, as, isOn) {
      if (typeof owner !== 'number') return;
      await requests.mark(api, owner, film, as, isOn);
      setLibrary((before) => withStates(before, film, { [as]: isOn }));
    },
    async createList(name, isPrivate = false) {
      const id = await (isPrivate ? requests.createPrivateList(api, name) : requests.createList(api, name));
      setLibrary((before) => withList(before, { id, name, isPrivate, films: [] }));
      return id;
    },
    async putOnList(list, film, isOn) {
      await requests.putOnList(api, list, film, isOn);
      setLibrary((before) => withMembership(before, list, film, isOn));
    },
  };
  return <LibraryContext value={access}>{children}</LibraryContext>;
}
