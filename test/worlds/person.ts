/** A user with a browser without scripts: it keeps cookies, follows redirects, and submits forms. */
export interface Person {
  open(address: string): Promise<Seen>;
  /** Presses the button of a form at that address. */
  submit(address: string, fields?: Record<string, string> | FormData): Promise<Seen>;
  /** Presses Allow on TMDB's page. */
  allow(approval: Seen): Promise<Seen>;
  /** Sends a request as a script of the page would. */
  ask(address: string, method: string, body?: object): Promise<Response>;
}

/** The page at the end of all redirects. */
export interface Seen {
  address: URL;
  text: string;
}

export function createPerson(): Person {
  /** Cookies by origin. */
  const jars = new Map<string, Map<string, string>>();

  async function send(
    address: URL,
    asked: { method?: string; headers: object; body?: BodyInit },
  ): Promise<Response> {
    const jar = jars.get(address.origin) ?? new Map<string, string>();
    jars.set(address.origin, jar);
    const headers = {
      ...asked.headers,
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(asked.method && { origin: address.origin }),
    };
    const answer = await fetch(address, { ...asked, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  async function go(address: URL, form?: URLSearchParams | FormData): Promise<Seen> {
    const headers = { accept: 'text/html' };
    const answer = await send(address, { headers, ...(form && { method: 'POST', body: form }) });
    const location = answer.headers.get('location');
    if (location) return go(new URL(location, address));
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${address.pathname} answered ${answer.status}: ${text}`);
    return { address, text };
  }

  return {
    open: (address) => go(new URL(address)),
    submit: (address, fields = {}) =>
      go(new URL(address), fields instanceof FormData ? fields : new URLSearchParams(fields)),
    ask(address, method, body) {
      const headers = { accept: 'application/json', 'content-type': 'application/json' };
      return send(new URL(address), { method, headers, ...(body && { body: JSON.stringify(body) }) });
    },
    allow({ address, text }) {
      if (!text.includes('Allow this app?')) throw new Error(`This is no page of TMDB's: ${text}`);
      return go(new URL(`${address.pathname}/allow`, address), new URLSearchParams(address.search));
    },
  };
}
