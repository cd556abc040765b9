import { settingsOf, type TmdbAuthOptions, type TmdbSettings } from '../../options.ts';

type Shared = Pick<
  TmdbAuthOptions,
  'credentials' | 'apiVersion' | 'baseURL' | 'webURL' | 'fetch' | 'requestTimeout' | 'pollInterval'
>;

/** Options of `createRestateServices`. */
export interface RestateOptions extends Shared {
  /**
   * Secrets that seal everything before Restate sees it: random texts of at least 32 characters, the same as the
   * client's. The first seals, all of them open: put a new one in front, and remove the old one when all sign-ins
   * that began with it have ended.
   */
  secrets: readonly string[];
  /**
   * How long a finished sign-in can be viewed and its session collected, in ms. Then it is deleted, and a session
   * that was not collected is deleted at TMDB. Default: `600000`, 10 minutes.
   */
  keepFor?: number;
  /** Name of the public service; the private objects' names begin with it. Default: `TmdbSignIn`. */
  name?: string;
}

export interface RestateSettings extends TmdbSettings {
  keepFor: number;
  names: Names;
}

/** Names of the services in Restate. */
export interface Names {
  facade: string;
  machine: string;
  vault: string;
}

export const DEFAULT_NAME = 'TmdbSignIn';
const DEFAULT_KEEP_FOR = 600_000;
/** The longest delay of XState's `after`. */
const LONGEST_KEEP_FOR = 2 ** 31 - 1;

/** Throws `invalid_credentials`, or a `TypeError` that names the option. */
export function restateSettingsOf(options: RestateOptions): RestateSettings {
  const { keepFor = DEFAULT_KEEP_FOR, name = DEFAULT_NAME } = options;
  if (typeof keepFor !== 'number' || !(keepFor > 0 && keepFor <= LONGEST_KEEP_FOR)) {
    throw new TypeError(`tmdb-auth: keepFor is a number of milliseconds, from 1 to ${LONGEST_KEEP_FOR}.`);
  }
  if (typeof name !== 'string' || !/^[A-Za-z]\w*$/.test(name)) {
    throw new TypeError('tmdb-auth: name is a letter, then letters, digits and underscores.');
  }
  const { credentials, apiVersion, baseURL, webURL, fetch, requestTimeout, pollInterval } = options;
  const settings = settingsOf({
    credentials,
    ...(apiVersion !== undefined && { apiVersion }),
    ...(baseURL !== undefined && { baseURL }),
    ...(webURL !== undefined && { webURL }),
    ...(fetch !== undefined && { fetch }),
    ...(requestTimeout !== undefined && { requestTimeout }),
    ...(pollInterval !== undefined && { pollInterval }),
  });
  return {
    ...settings,
    keepFor,
    names: { facade: name, machine: `${name}Machine`, vault: `${name}Vault` },
  };
}
