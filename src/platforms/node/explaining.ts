import { networkInterfaces } from 'node:os';
import { TmdbAuthError } from '../../errors.ts';
import { ignoredProxy, usedProxy } from './proxy.ts';

/** The error of undici or Node for a request without an answer. */
interface Cause {
  code?: unknown;
  address?: unknown;
  cause?: unknown;
  errors?: unknown;
}

const TMDB = 'https://api.themoviedb.org';

/** Error codes of Node, undici and OpenSSL. No other part of an error is shown: it may contain a URL. */
const CODE = /^(E[A-Z_]{3,20}|(ERR|UND_ERR|CERT|SELF|DEPTH|UNABLE)_[A-Z_]{2,40})$/;

const NO_NAME = /^(ENOTFOUND|EAI_[A-Z]+)$/;
const NO_ROUTE = /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/;
const CUT = /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET)$/;
const SLOW = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const UNKNOWN_ISSUER =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+|CERT_UNTRUSTED)$/;
const BAD_TIME = /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/;
const NO_TLS = /^(ERR_SSL_[A-Z_]+|EPROTO|ERR_TLS_[A-Z_]+)$/;

/**
 * `fetch` that explains why TMDB could not be reached: rejects with `network` and a message with the error's code and
 * the host of `baseURL`, but nothing else of the error or the request.
 */
export function explaining(fetch: typeof globalThis.fetch, baseURL: string = TMDB): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      const message = explanation(error, baseURL);
      throw message === null ? error : new TmdbAuthError('network', { message });
    }
  };
}

/** Null for an unknown error: an abort, or the error of a custom `fetch`. */
export function explanation(error: unknown, baseURL: string): string | null {
  const cause = innermost(error);
  const code = typeof cause.code === 'string' && CODE.test(cause.code) ? cause.code : null;
  if (code === null) return null;
  const { host } = new URL(baseURL);
  const used = usedProxy(baseURL);
  if (used) {
    return `TMDB could not be reached through the proxy that ${used} names (${code}). Check that variable, or exclude ${host} with NO_PROXY.`;
  }
  const ignored = ignoredProxy(baseURL);
  return [`TMDB could not be reached: ${reason(code, cause, host)}`, ignored].filter(Boolean).join(' ');
}

function reason(code: string, { address }: Cause, host: string): string {
  const isOurselves = isThisMachine(host);
  if ((NO_NAME.test(code) || NO_ROUTE.test(code)) && !isOurselves && isOffline())
    return `this machine is offline (${code}). Connect it and try again.`;
  if (NO_NAME.test(code)) return `the name ${host} does not resolve (${code}).${elsewhere(host)}`;
  if (NO_ROUTE.test(code)) return `there is no route to ${host} (${code}). Check the connection.`;
  if (code === 'ECONNREFUSED' && !isOurselves && typeof address === 'string' && isThisMachine(address))
    return `the name ${host} resolves to this machine (${code}): DNS or the hosts file blocks it.${elsewhere(host)}`;
  if (code === 'ECONNREFUSED') return `${host} refused the connection (${code}).`;
  if (CUT.test(code)) return `the connection to ${host} was cut (${code}). Try again.`;
  if (SLOW.test(code)) return `${host} did not answer in time (${code}). Try again.`;
  if (UNKNOWN_ISSUER.test(code))
    return `the certificate of ${host} is signed by an issuer that Node does not know (${code}). If a company or a virus scanner reads the connection, set NODE_EXTRA_CA_CERTS to the file of its certificate.`;
  if (BAD_TIME.test(code))
    return `the certificate of ${host} is not valid today (${code}). Check the date of this machine.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `another host answered instead of ${host}: its certificate is for another name (${code}).${elsewhere(host)}`;
  if (NO_TLS.test(code))
    return `the answer for ${host} came without TLS (${code}), perhaps from a proxy or the login page of a network.`;
  return `the request to ${host} failed (${code}). Check the connection and try again.`;
}

/** Some networks block the usual name; TMDB has a second one. */
const elsewhere = (host: string) =>
  `https://${host}` === TMDB
    ? ' If that name is blocked, api.tmdb.org may work instead: set TMDB_BASE_URL (the option baseURL) to https://api.tmdb.org.'
    : ' Check TMDB_BASE_URL (the option baseURL).';

/** Node tries all addresses of a name and reports an error for each. */
function innermost(error: unknown): Cause {
  let found = (error ?? {}) as Cause;
  for (let depth = 0; depth < 5; depth++) {
    const [first] = Array.isArray(found.errors) ? found.errors : [];
    const next = (found.cause ?? first) as Cause | undefined;
    if (typeof next !== 'object' || next === null) break;
    found = next.code === undefined && found.code !== undefined ? { ...next, code: found.code } : next;
  }
  return found;
}

const isThisMachine = (host: string) =>
  /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1?\]?)(:\d+)?$/.test(host.replace(/^\[?::ffff:/, ''));

/** Whether the machine has no network interface but loopback. */
function isOffline(): boolean {
  try {
    return Object.values(networkInterfaces()).every((each) => each?.every(({ internal }) => internal));
  } catch {
    // Some systems (Android) do not allow this.
    return false;
  }
}
