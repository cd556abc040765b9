/** What TMDB says when it sends the user back. */
export interface Callback {
  /** Which request was answered. A secret until it is exchanged. */
  requestToken: string;
  /** True for `approved=true`, false for `denied=true`. */
  approved: boolean;
}

/** What the query of a return says, or null for any other query. */
export function readCallback(query: URLSearchParams): Callback | null {
  const tokens = query.getAll('request_token');
  const approved = query.get('approved') === 'true';
  const denied = query.get('denied') === 'true';
  const [requestToken] = tokens;
  if (!requestToken || tokens.length > 1 || approved === denied) return null;
  return { requestToken, approved };
}
