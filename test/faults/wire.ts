const MAKES: Record<string, 'sessions' | 'accessTokens'> = {
  'POST /3/authentication/session/new': 'sessions',
  'POST /3/authentication/session/convert/4': 'sessions',
  'POST /4/auth/access_token': 'accessTokens',
};
const ENDS: Record<string, 'sessions' | 'accessTokens'> = {
  'DELETE /3/authentication/session': 'sessions',
  'DELETE /4/auth/access_token': 'accessTokens',
};
const SECRETS = /"(?:request_token|session_id|guest_session_id|access_token)":"([^"]+)"/g;
const IS_DELETED = /^\{"success":true\}$|"status_code":(3|6|13|17|33|35|37)\b/;

/** The real fetch, which records the secrets and the requests under way. */
export function watchedFetch() {
  /** Requests under way, by label and number. */
  const open = new Set<{ label: string; number: number }>();
  const counts = new Map<string, number>();
  const secrets = new Set<string>();
  /** Possible orphans at TMDB: one for each making and each deletion whose answer did not arrive. */
  const lost = { sessions: 0, accessTokens: 0 };
  let moves = 0;

  const noteLost = (label: string, text: string) => {
    const isWhole = /^\{.*\}$/.test(text);
    const made = MAKES[label];
    if (made && !isWhole) lost[made] += 1;
    const ended = ENDS[label];
    if (ended && !(isWhole && IS_DELETED.test(text))) lost[ended] += 1;
  };

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const label = labelOf(input, init);
    const number = (counts.get(label) ?? 0) + 1;
    counts.set(label, number);
    const entry = { label, number };
    open.add(entry);
    let text = '';
    try {
      const response = await globalThis.fetch(input, init);
      text = await response.clone().text();
      for (const [, secret = ''] of text.matchAll(SECRETS)) secrets.add(secret);
      return response;
    } finally {
      noteLost(label, text);
      open.delete(entry);
      moves += 1;
    }
  };
  return { fetch, open, counts, secrets, lost, moves: () => moves };
}

/** The label of a request, as in the sandbox’s log. */
function labelOf(input: RequestInfo | URL, init?: RequestInit): string {
  const { pathname } = new URL(String(input));
  const path = pathname.replace(/guest_session\/[0-9a-f]{32}/, 'guest_session/:guest_session_id');
  return `${init?.method ?? 'GET'} ${path}`;
}
