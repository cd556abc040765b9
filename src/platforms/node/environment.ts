import { failure } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { localized, type Messages } from '../../lib/messages.ts';
import { API_KEY, type Credentials, JWT, type TmdbAuthOptions } from '../../options.ts';

type Variable = 'TMDB_ACCESS_TOKEN' | 'TMDB_API_KEY' | 'TMDB_BASE_URL' | 'TMDB_WEB_URL';

/** Quotes that `docker --env-file` and `set` on Windows keep, also as the curly ones of a text editor. */
const QUOTED = /^(["'`])(.*)\1$|^[“‘](.*)[”’]$/s;
const ASSIGNED = /^(?:export\s+|set\s+)?TMDB_[A-Z_]+\s*=/;
const SCHEME = /^(?:authorization\s*:\s*)?bearer(?=\s)/i;

/**
 * Removes what is often pasted along with a value: line breaks, quotes, `Bearer`, the variable's name. Also removes
 * white space inside, as a terminal wraps a long token. No valid value contains any of these.
 */
export function meantBy(pasted: string): string {
  let text = pasted.trim();
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(QUOTED, '$2$3').replace(ASSIGNED, '').replace(SCHEME, '').trim();
  }
  return text.replace(/\s+/g, '');
}

const read = (name: Variable): string => meantBy(process.env[name] ?? '');

/**
 * The application's credential from the environment, without pasted quotes, `Bearer` or line breaks. An empty
 * variable counts as missing. Throws `invalid_credentials` if there is none.
 */
export function credentialsFromEnvironment(): Credentials {
  return readCredentials({});
}

export function readCredentials(messages: Messages): Credentials {
  const wrong = (message: string) =>
    new TmdbAuthError(localized(messages, failure('invalid_credentials', { message })));
  const accessToken = read('TMDB_ACCESS_TOKEN');
  const apiKey = read('TMDB_API_KEY');
  if (API_KEY.test(accessToken)) {
    throw wrong('TMDB_ACCESS_TOKEN holds an API key (32 hex digits): set TMDB_API_KEY to it instead.');
  }
  if (accessToken) {
    if (JWT.test(accessToken)) return { accessToken };
    throw wrong(
      'TMDB_ACCESS_TOKEN is not a whole Read Access Token: three parts with dots between, the first begins with "eyJ". See themoviedb.org/settings/api.',
    );
  }
  if (apiKey.startsWith('eyJ')) {
    throw wrong('TMDB_API_KEY holds a Read Access Token: set TMDB_ACCESS_TOKEN to it instead.');
  }
  if (apiKey) {
    if (API_KEY.test(apiKey)) return { apiKey };
    throw wrong('TMDB_API_KEY is not an API key (32 hex digits). See themoviedb.org/settings/api.');
  }
  throw wrong('Set TMDB_ACCESS_TOKEN (or TMDB_API_KEY). Find yours at themoviedb.org/settings/api.');
}

/**
 * Options of a client or a server from the environment: `TMDB_ACCESS_TOKEN` or `TMDB_API_KEY`, and, for another TMDB
 * than the real one, `TMDB_BASE_URL` and `TMDB_WEB_URL`. Throws `invalid_credentials` if there is no credential.
 */
export const optionsFromEnvironment = (): Pick<TmdbAuthOptions, 'credentials' | 'baseURL' | 'webURL'> => ({
  credentials: credentialsFromEnvironment(),
  ...addressesFromEnvironment(),
});

/** Addresses of another TMDB than the real one, e.g. a sandbox. */
export function addressesFromEnvironment(): Pick<TmdbAuthOptions, 'baseURL' | 'webURL'> {
  const baseURL = read('TMDB_BASE_URL');
  const webURL = read('TMDB_WEB_URL');
  return { ...(baseURL && { baseURL }), ...(webURL && { webURL }) };
}

/** Whether this is a CI job. `CI=false`, `CI=0` and `CI=` mean no. */
export const isCi = (): boolean => !/^(|0|false|no|off)$/i.test(meantBy(process.env.CI ?? ''));
