/** The return address in tests. Nothing listens there. */
export const APP = 'http://app.test/callback';

/** The request token in the address of TMDB’s approval page, v3 or v4. */
export function tokenIn(approvalUrl: string | URL | null | undefined): string {
  const { pathname, searchParams } = new URL(approvalUrl ?? '');
  return searchParams.get('request_token') ?? pathname.split('/').at(-1) ?? '';
}

/** The address to which TMDB redirects the user after this answer. */
export const callback = (requestToken: string, said: 'approved' | 'denied' = 'approved', app = APP) =>
  `${app}?request_token=${requestToken}&${said}=true`;
