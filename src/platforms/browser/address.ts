import { parseCallback } from '../../tmdb/approval.ts';

/** v4 sends the user back to just the address it was given, so that one has to say what it is. */
const RETURNED = 'tmdb_auth=returned';
/** What TMDB, or we for v4, append to the address it sends the user back to. */
const OURS = ['request_token', 'approved', 'denied', 'tmdb_auth'];

/** The address without what TMDB appended; the app's own query and hash stay as they are, to the letter. */
export function withoutCallback(address: string): string {
  const url = new URL(address);
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((part) => !OURS.includes(nameOf(part)));
  // With its `?`: of a query that begins with another one, the first would be taken for it.
  url.search = kept.some((part) => part !== '') ? `?${kept.join('&')}` : '';
  return url.href;
}

/** As whoever reads the query reads it: `request%5Ftoken` is `request_token`. */
const nameOf = (part: string) => new URLSearchParams(part).keys().next().value ?? '';

/** The address for TMDB to come back to, by which a return is known. */
export function markedAsReturn(address: string): string {
  const url = new URL(address);
  url.search += `${url.search ? '&' : '?'}${RETURNED}`;
  return url.href;
}

/** The page's address, if TMDB has just sent the user back to it. */
export function callbackIn(address: string): string | null {
  if (new URL(address).search.slice(1).split('&').includes(RETURNED)) return address;
  try {
    parseCallback(address);
    return address;
  } catch {
    return null;
  }
}

/** The request token of a return. Null in v4, whose returns name none. */
export const tokenOfReturn = (address: string) => new URL(address).searchParams.get('request_token');
