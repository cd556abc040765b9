import { parseCallback } from '../../tmdb/approval.ts';

/** In v4 TMDB adds nothing to the return address, so our own mark identifies it. */
const RETURNED = 'tmdb_auth=returned';
/** Query parameters that TMDB, or in v4 we, add to the return address. */
const OURS = ['request_token', 'approved', 'denied', 'tmdb_auth'];

/** The address without those parameters. The app's own query and hash stay unchanged. */
export function withoutCallback(address: string): string {
  const url = new URL(address);
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((part) => !OURS.includes(nameOf(part)));
  // The setter removes one leading `?`, so a query that begins with `?` needs another one.
  url.search = kept.some((part) => part !== '') ? `?${kept.join('&')}` : '';
  return url.href;
}

/** The parameter's decoded name: `request%5Ftoken` is `request_token`. */
const nameOf = (part: string) => new URLSearchParams(part).keys().next().value ?? '';

/** The return address with the mark that identifies a return. */
export function markedAsReturn(address: string): string {
  const url = new URL(address);
  url.search += `${url.search ? '&' : '?'}${RETURNED}`;
  return url.href;
}

/** The address if it is a return from TMDB, else null. */
export function callbackIn(address: string): string | null {
  if (new URL(address).search.slice(1).split('&').includes(RETURNED)) return address;
  try {
    parseCallback(address);
    return address;
  } catch {
    return null;
  }
}

/** The request token of a return, or null in v4. */
export const tokenOfReturn = (address: string) => new URL(address).searchParams.get('request_token');
