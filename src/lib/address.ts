/*
 * Addresses as text. React Native's `URL` accepts everything and has no setters, and its `URLSearchParams` throws for
 * a stray `%` (react/react-native#38656, #24428): of both, only `href` is read.
 */

/** The address, or null if it is invalid. Engines of televisions have no `URL.canParse`. */
export function urlOf(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** An address that a page may lead to: never `javascript:`. */
export const isPage = (text: unknown): text is string =>
  typeof text === 'string' && /^https?:\/\//.test(urlOf(text)?.href ?? '');

const SHAPE = /^([a-z][\w+.-]*:\/\/[^/?#\\]*)([^?#]*)\??([^#]*)(.*)/is;

/** The origin may hold a user name. */
export interface AddressParts {
  origin: string;
  path: string;
  query: string;
  hash: string | undefined;
}

/** The parts of an absolute address. Throws a `TypeError` for any other text. */
export function partsOf(address: string): AddressParts {
  const [, origin, path, query = '', hash] = SHAPE.exec(new URL(address).href) ?? [];
  if (origin === undefined) throw new TypeError('tmdb-auth: this is not an absolute address.');
  return { origin: origin.toLowerCase(), path: path || '/', query, hash };
}

/** A lone surrogate becomes U+FFFD, as in a URL; `encodeURIComponent` alone would throw. */
export const encode = (text: string) => encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));

/** Decodes all it can, also beside a stray `%`. */
export const decode = (text: string) =>
  text.replace(/\+/g, ' ').replace(/(%[\da-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes.replace(/%[0-7][\da-f]/gi, decodeURIComponent);
    }
  });

/** The decoded names and values of a query. */
export const pairsOf = (query: string) =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    });

/** The query with its `?`; empty without pairs. */
export const queryOf = (pairs: Iterable<readonly [string, string]>) => {
  const query = [...pairs].map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return query && `?${query}`;
};
