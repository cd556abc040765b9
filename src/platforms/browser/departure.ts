import { hash } from '../../lib/hash.ts';
import { tokenOfReturn, withoutCallback } from './address.ts';
import { keptIn } from './kept.ts';

/** No key of a record begins like this. The second is for a tab in which only the approval page was opened. */
const KEY = 'departure.tmdb-auth';
const PLACES = [keptIn('session', KEY), keptIn('local', KEY)] as const;

/** Where the user was when a sign-in left for TMDB. */
interface Departure {
  /** The hash of the request token. */
  of: string;
  address: string;
}

/** Remembers the address of this page for the return with that token. `isShared`: another tab may get the return. */
export function rememberDeparture(requestToken: string, isShared: boolean): void {
  const departure = JSON.stringify({ of: hash(requestToken), address: location.href } satisfies Departure);
  for (const place of isShared ? PLACES : PLACES.slice(0, 1)) place.write(departure);
}

function parse(text: string | null): Partial<Departure> {
  try {
    return Object(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
}

/** The departure that this return ends: v4 names no token, so there it is the latest one. */
function departureOf(returned: string): { of: string; address: URL } | null {
  const requestToken = tokenOfReturn(returned);
  for (const place of PLACES) {
    const { of, address } = parse(place.read());
    if (!of || !address || (requestToken !== null && of !== hash(requestToken))) continue;
    // Other scripts of this site may write here: the page goes to no other site.
    if (address.startsWith(`${location.origin}/`)) return { of, address: new URL(address) };
  }
  return null;
}

/** The address to go on at after this return: where the user was, or the return without what TMDB appended. */
export const addressAfter = (returned: string): string =>
  withoutCallback(departureOf(returned)?.address.href ?? returned);

/** False if a return that names no token is known to belong to another sign-in than the one with this token. */
export function mayEnd(returned: string, requestToken: string): boolean {
  const { of } = departureOf(returned) ?? {};
  return of === undefined || of === hash(requestToken);
}

/** A departure is for one return. */
export function forgetDeparture(): void {
  for (const place of PLACES) place.write(null);
}
