import { settingsOf, type TmdbAuthOptions, type TmdbSettings } from '../../options.ts';

type Shared = Pick<
  TmdbAuthOptions,
  'credentials' | 'apiVersion' | 'baseURL' | 'webURL' | 'fetch' | 'requestTimeout' | 'pollInterval'
>;

/** Options of `createRestateServices`. */
export interface RestateOptions extends Shared {
  /**
   * What seals everything secret before Restate sees it; the client of the services has the same. Random texts of at
   * least 32 characters. The first seals, all of them open: put a new one in front, and drop the old one when the
   * sign-ins of its time have ended.
   */
  secrets: readonly string[];
  /**
   * How long a finished sign-in can still be looked at, and its session be collected, in ms. Then it is deleted, and
   * a session nobody collected is deleted at TMDB. Default: `600000`, 10 minutes.
   */
  keepFor?: number;
  /** The name of the public service; the private objects are named after it. Default: `TmdbSignIn`. */
  name?: string;
}

export interface RestateSettings extends TmdbSettings {
  keepFor: number;
  names: Names;
}

/** What the services are called at Restate. */
export interface Names {
  facade: string;
  machine: string;
  vault: string;
}

export const DEFAULT_NAME = 'TmdbSignIn';
const DEFAULT_KEEP_FOR = 600_000;
/** A longer wait is more than `after` can count. */
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
