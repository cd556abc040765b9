/**
 * The network of an IPv6 address, of which one client has all 2^64 addresses; any other address as it is. IPv4 in IPv6
 * (`::ffff:…`) and this machine (`::1`) are single addresses.
 */
export function networkOf(address: string): string {
  const url = `http://[${address}]`;
  if (!address.includes(':') || !URL.canParse(url)) return address;
  // Parsed, so that every spelling of an address has the same network.
  const [head = '', tail = ''] = new URL(url).hostname.slice(1, -1).split('::');
  if (head === '') return address;
  const [before, after] = [head.split(':'), tail.split(':').filter(Boolean)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
