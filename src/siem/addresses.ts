import { BlockList, isIP } from 'node:net';

/** Address blocks that mean nothing outside of one network (RFC 6890 and others). */
const local = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  local.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  local.addSubnet(network, prefix, 'ipv6');

/** True for an IP address that is the same machine on every network. Only such an address is an indicator for others. */
export function isGlobalAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && !local.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
