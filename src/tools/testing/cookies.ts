/** A cookie in Playwright's format. */
export interface TestCookie {
  /** Includes the prefix: `__Host-…`. */
  name: string;
  /** Sealed by the site. */
  value: string;
  /** The site's host. */
  domain: string;
  /** `/`. */
  path: string;
  /** Epoch s; -1 for a cookie that lasts until the browser is closed. */
  expires: number;
  /** Hidden from the page's scripts. */
  httpOnly: boolean;
  /** Sent over HTTPS only. */
  secure: boolean;
  /** Whether requests from other sites carry it. */
  sameSite: 'Strict' | 'Lax' | 'None';
}

/** Applies the `Set-Cookie` headers of a response to the jar. */
export function takeCookies(jar: Map<string, TestCookie>, { headers }: Response, origin: string): void {
  for (const line of headers.getSetCookie()) {
    const cookie = parseCookie(line, new URL(origin).hostname);
    if (cookie.expires === 0) jar.delete(cookie.name);
    else jar.set(cookie.name, cookie);
  }
}

export const cookieHeader = (jar: Map<string, TestCookie>): string =>
  [...jar.values()].map(({ name, value }) => `${name}=${value}`).join('; ');

function parseCookie(line: string, domain: string): TestCookie {
  const [pair = '', ...rest] = line.split(/;\s*/);
  const attributes = new Map(rest.map((attribute) => [before(attribute).toLowerCase(), after(attribute)]));
  const age = attributes.get('max-age');
  return {
    name: before(pair),
    value: after(pair),
    domain,
    path: attributes.get('path') ?? '/',
    expires: age === undefined ? -1 : age === '0' ? 0 : Math.floor(Date.now() / 1_000) + Number(age),
    httpOnly: attributes.has('httponly'),
    secure: attributes.has('secure'),
    sameSite: (attributes.get('samesite') as TestCookie['sameSite'] | undefined) ?? 'Lax',
  };
}

const before = (text: string) => text.split('=', 1)[0] ?? '';
const after = (text: string) => text.slice(before(text).length + 1);
