import { addressesFromEnvironment } from './environment.ts';

const TMDB = 'https://api.themoviedb.org';

/** The variables that name a proxy, in Node's order. */
const FOR_HTTPS = ['https_proxy', 'HTTPS_PROXY'];
const FOR_HTTP = ['http_proxy', 'HTTP_PROXY'];

/** The variable that names a proxy for this address, or null. */
function proxyFor(address: string): string | null {
  const { protocol, hostname } = new URL(address);
  const names = protocol === 'https:' ? FOR_HTTPS : FOR_HTTP;
  const name = names.find((each) => process.env[each]?.trim());
  return name && !isExcepted(hostname) ? name : null;
}

/** Whether `NO_PROXY` excludes the host: it is `*`, or lists domains, with their subdomains. */
function isExcepted(hostname: string): boolean {
  const { no_proxy, NO_PROXY } = process.env;
  const names = (no_proxy || NO_PROXY || '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return names.some((name) => {
    const bare = name.replace(/^\*?\./, '').replace(/:\d+$/, '');
    return name === '*' || hostname === bare || hostname.endsWith(`.${bare}`);
  });
}

/** Node 24, and Node 22 since 22.21. */
function canUseProxies(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 21);
}

function isAskedTo(): boolean {
  const { NODE_USE_ENV_PROXY, NODE_OPTIONS = '' } = process.env;
  return (
    NODE_USE_ENV_PROXY === '1' || [...process.execArgv, NODE_OPTIONS].join(' ').includes('--use-env-proxy')
  );
}

/** The variable that names the proxy `fetch` uses, or null. Bun and Deno use it by default. */
export function usedProxy(address: string): string | null {
  const isBuiltIn = 'bun' in process.versions || 'deno' in process.versions;
  return isBuiltIn || (isAskedTo() && canUseProxies()) ? proxyFor(address) : null;
}

/** Advice about a proxy that is set but that Node ignores, or null. `address` defaults to the environment's TMDB. */
export function ignoredProxy(address = addressesFromEnvironment().baseURL ?? TMDB): string | null {
  const name = proxyFor(address);
  if (!name || usedProxy(address)) return null;
  return canUseProxies()
    ? `${name} names a proxy, which Node ignores: set NODE_USE_ENV_PROXY=1.`
    : `${name} names a proxy, which this version of Node ignores: use Node 24 (or 22.21) with NODE_USE_ENV_PROXY=1, or pass a fetch that uses it (ProxyAgent of undici).`;
}
