import type { Incoming } from '../core.ts';

/**
 * The reason to refuse a control request; null to allow it. Programs are allowed. Pages of other sites are refused by
 * the Origin that a browser sends, and by the Host header against DNS rebinding: an IP address needs no DNS, and a
 * name without a dot belongs to the local network, as in Docker.
 */
export function refusal(
  { host = '', header }: Pick<Incoming, 'host' | 'header'>,
  url: string,
): string | null {
  const name = nameOf(host);
  if (name === null || !(isLocal(name) || name === new URL(url).hostname)) {
    return `The host "${host}" is refused. Use an IP address, localhost or a name without a dot.`;
  }
  const origin = header('origin');
  if (origin !== undefined && hostOf(origin) !== hostOf(`http://${host}`))
    return 'Pages of other origins are refused.';
  // Requests without a body, such as for an image, may have no Origin.
  const from = header('sec-fetch-site');
  if (from !== undefined && from !== 'same-origin' && from !== 'none')
    return 'Pages of other sites are refused.';
  return null;
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  const name = nameOf(host.includes(':') ? `[${host}]` : host) ?? '';
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

const isLocal = (name: string) =>
  !name.includes('.') || name.endsWith('.localhost') || /^\d+\.\d+\.\d+\.\d+$/.test(name);

/** The host name of a Host header; null if it is invalid. */
function nameOf(host: string): string | null {
  const url = `http://${host}`;
  return /^[\w.:[\]-]+$/.test(host) && URL.canParse(url) ? new URL(url).hostname : null;
}

/** Null for opaque origins (`null`) and other URLs without a host. */
const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : null);
