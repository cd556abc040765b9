import type { Sandbox } from '../../src/tools/sandbox/index.ts';

/* What an app kept from before: made by requests of its own, as apps without a library do. */

type At = Pick<Sandbox, 'baseURL' | 'accessToken' | 'approve'>;

export async function askTmdb(
  { baseURL, accessToken }: Pick<At, 'baseURL' | 'accessToken'>,
  path: string,
  body?: object,
): Promise<Record<string, string>> {
  const answer = await fetch(`${baseURL}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, string>;
}

/** A new request token. */
export async function newToken(tmdb: At, version: 3 | 4): Promise<string> {
  const { request_token = '' } =
    version === 4
      ? await askTmdb(tmdb, '/4/auth/request_token', {})
      : await askTmdb(tmdb, '/3/authentication/token/new');
  return request_token;
}

/** The id of a new session. */
export async function keptSession(tmdb: At): Promise<string> {
  const requestToken = await newToken(tmdb, 3);
  tmdb.approve(requestToken);
  const { session_id = '' } = await askTmdb(tmdb, '/3/authentication/session/new', {
    request_token: requestToken,
  });
  return session_id;
}

/** A new v4 access token of a user. */
export async function keptAccessToken(tmdb: At): Promise<string> {
  const requestToken = await newToken(tmdb, 4);
  tmdb.approve(requestToken);
  const { access_token = '' } = await askTmdb(tmdb, '/4/auth/access_token', { request_token: requestToken });
  return access_token;
}
