import { hash } from '../../lib/hash.ts';
import { callbackIn, tokenOfReturn, withoutCallback } from './address.ts';
import { keptIn } from './kept.ts';

/* Where the user was when a sign-in left for TMDB: the hash of its request token, and the address. */

/** No record's key begins like this. */
const KEY = 'departure.tmdb-auth';
/** This tab, and for a tab in which only the approval page was opened, this origin. */
const PLACES = [keptIn('sessionStorage', KEY), keptIn('localStorage', KEY)] as const;

/** Remembers the address of this page for the return with that token. `isShared`: another tab may get the return. */
export function rememberDeparture(requestToken: string, isShared: boolean): void {
  const departure = `${hash(requestToken)} ${location.href}`;
  for (const place of isShared ? PLACES : PLACES.slice(0, 1)) place.write(departure);
}

/** The departure that this return ends: v4 names no token, so there it is the latest one. */
function departureOf(returned: string): [of: string, address: string] | [] {
  const requestToken = tokenOfReturn(returned);
  for (const place of PLACES) {
    const [of = '', address = ''] = place.read()?.split(' ') ?? [];
    // Other scripts of this site may write here: the page goes to no other site.
    const isHere = address.startsWith(`${location.origin}/`);
    if (isHere && (requestToken === null || of === hash(requestToken))) return [of, address];
  }
  return [];
}

/** The address to go on at after this return: where the user was, or the return without what TMDB appended. */
export function addressAfter(returned: string): string {
  const [, address = returned] = departureOf(returned);
  return callbackIn(address) ? withoutCallback(address) : address;
}

/** False if this return, which names no token, is known to belong to another sign-in than the one with that token. */
export function mayEnd(returned: string, requestToken: string): boolean {
  const [of] = departureOf(returned);
  return of === undefined || of === hash(requestToken);
}

/** A departure is for one return. */
export function forgetDeparture(): void {
  for (const place of PLACES) place.remove();
}
