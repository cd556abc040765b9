import { hash } from '../../lib/hash.ts';
import { callbackIn, tokenOfReturn, withoutCallback } from './address.ts';
import { storedText } from './stored-text.ts';

/** Remembers where the user was when a sign-in left for TMDB: the hash of its request token and the page's address. */

/** No key of a record begins like this. */
const KEY = 'departure.tmdb-auth';
/**
 * `sessionStorage` for a return in this tab, `localStorage` for a return in a tab where only the approval page was
 * opened.
 */
const PLACES = [storedText('sessionStorage', KEY), storedText('localStorage', KEY)] as const;

/** Remembers this page's address for the return with that token. `isShared`: the return may load in another tab. */
export function rememberDeparture(requestToken: string, isShared: boolean): void {
  const departure = `${hash(requestToken)} ${location.href}`;
  for (const place of isShared ? PLACES : PLACES.slice(0, 1)) place.write(departure);
}

/** The departure that belongs to this return. In v4, where the return names no token, the latest one. */
function departureOf(returned: string): [of: string, address: string] | [] {
  const requestToken = tokenOfReturn(returned);
  for (const place of PLACES) {
    const [of = '', address = ''] = place.read()?.split(' ') ?? [];
    // Other scripts of this site can write here: never navigate to another origin.
    const isHere = address.startsWith(`${location.origin}/`);
    if (isHere && (requestToken === null || of === hash(requestToken))) return [of, address];
  }
  return [];
}

/**
 * The address to continue at after this return: where the user was, or the return address without TMDB's parameters.
 */
export function addressAfter(returned: string): string {
  const [, address = returned] = departureOf(returned);
  return callbackIn(address) ? withoutCallback(address) : address;
}

/** False if this return, which names no token, certainly belongs to another token's sign-in. */
export function mayEnd(returned: string, requestToken: string): boolean {
  const [of] = departureOf(returned);
  return of === undefined || of === hash(requestToken);
}

export function forgetDeparture(): void {
  for (const place of PLACES) place.remove();
}
