import type { Sandbox } from '../../src/tools/sandbox/index.ts';

/* The requests of a sign-in, as `METHOD /path`. */

export const TOKEN_NEW = 'GET /3/authentication/token/new';
export const SESSION_NEW = 'POST /3/authentication/session/new';
export const SESSION_DELETE = 'DELETE /3/authentication/session';
export const VALIDATE = 'POST /3/authentication/token/validate_with_login';
export const GUEST_NEW = 'GET /3/authentication/guest_session/new';
export const ACCOUNT = 'GET /3/account';

export const V4_TOKEN_NEW = 'POST /4/auth/request_token';
export const ACCESS_NEW = 'POST /4/auth/access_token';
export const ACCESS_DELETE = 'DELETE /4/auth/access_token';
export const CONVERT = 'POST /3/authentication/session/convert/4';

/** Every request that the local TMDB has received. */
export const asked = ({ requests }: Pick<Sandbox, 'requests'>) =>
  requests.map(({ method, path }) => `${method} ${path}`);

/** How often TMDB has received this request. */
export const timesAsked = (tmdb: Pick<Sandbox, 'requests'>, label: string) =>
  asked(tmdb).filter((each) => each === label).length;
