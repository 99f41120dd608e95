import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { ScadaError } from '../../src/core/errors.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * True if a host is certainly this machine. A name other than `localhost` may resolve to any address, so that it is not accepted.
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (bare === 'localhost') return true;
  return (isIPv4(bare) && loopback.check(bare)) || (isIPv6(bare) && loopback.check(bare, 'ipv6'));
}

/** Refuses a target that is not this machine. @param beyond true if a person has permitted other targets @throws ScadaError LAB_REFUSED */
export function requireLoopback(host: string, beyond: boolean | undefined): void {
  if (beyond === true || isLoopback(host)) return;
  throw new ScadaError('config', 'LAB_REFUSED', `${host} is not this host`, {
    hint: 'actors act on simulated plants on 127.0.0.1',
  });
}
