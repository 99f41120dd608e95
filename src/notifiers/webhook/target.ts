import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');

/** True for an address in the list; IPv4 addresses written as IPv6 (`::ffff:169.254.1.1`) count as IPv4. */
function isIn(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** Host of a URL without the brackets of IPv6. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

export const isLoopbackHost = (hostname: string): boolean => hostname === 'localhost' || isIn(loopback, bare(hostname));
export const isLinkLocalHost = (hostname: string): boolean => isIn(linkLocal, bare(hostname));

/** Resolves a host and returns its first link-local address, if any: a name may resolve to an address that is not permitted. */
export async function linkLocalAddressOf(hostname: string, resolve: typeof lookup = lookup): Promise<string | undefined> {
  const addresses = await resolve(bare(hostname), { all: true });
  return addresses.find(({ address }) => isIn(linkLocal, address))?.address;
}
