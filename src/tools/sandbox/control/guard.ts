import type { Incoming } from '../core.ts';

/**
 * Why a request may not control this sandbox; null if it may. Programs may. Pages of other sites may not: a browser
 * tells their origin, and a name that was made to lead here (DNS rebinding) is not one of this machine's. An address of
 * numbers needs no DNS, and a name without a dot belongs to the own network, as in Docker.
 */
export function refusal(
  { host = '', header }: Pick<Incoming, 'host' | 'header'>,
  url: string,
): string | null {
  const name = nameOf(host);
  if (name === null || !(isLocal(name) || name === new URL(url).hostname)) {
    return `The host "${host}" is refused. Use an IP address, localhost, or a name without a dot.`;
  }
  const origin = header('origin');
  if (origin !== undefined && hostOf(origin) !== hostOf(`http://${host}`))
    return 'Pages of other origins are refused.';
  // A request without a body, such as that of an image, may come without an Origin.
  const from = header('sec-fetch-site');
  if (from !== undefined && from !== 'same-origin' && from !== 'none')
    return 'Pages of other sites are refused.';
  return null;
}

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  const name = nameOf(host.includes(':') ? `[${host}]` : host) ?? '';
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

const isLocal = (name: string) =>
  !name.includes('.') || name.endsWith('.localhost') || /^\d+\.\d+\.\d+\.\d+$/.test(name);

/** The name of a Host header; null if it is none. */
function nameOf(host: string): string | null {
  const url = `http://${host}`;
  return /^[\w.:[\]-]+$/.test(host) && URL.canParse(url) ? new URL(url).hostname : null;
}

/** Null for an opaque origin (`null`), and for anything else that has no host. */
const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : null);
