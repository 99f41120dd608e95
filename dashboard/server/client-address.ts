import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Finds the address that a request comes from, also behind proxies that the configuration names. */
export class ClientAddresses {
  readonly #proxies = new BlockList();

  /** `trusted` holds addresses and networks, e.g. `10.0.0.1` and `10.0.0.0/8`. */
  constructor(trusted: readonly string[]) {
    for (const one of trusted) {
      const [address = '', prefix] = one.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#proxies.addAddress(address, family);
      else this.#proxies.addSubnet(address, Number(prefix), family);
    }
  }

  isProxy(address: string): boolean {
    const plain = unmapped(address);
    return isIP(plain) !== 0 && this.#proxies.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  }

  /**
   * Address of the client. `X-Forwarded-For` is read from the right while the entries are from trusted proxies. Entries
   * further left come from the client itself.
   */
  of(request: IncomingMessage): string {
    let address = unmapped(request.socket.remoteAddress ?? 'unknown');
    const header = request.headers['x-forwarded-for'] ?? '';
    const hops = (typeof header === 'string' ? header : header.join(',')).split(',');
    while (this.isProxy(address)) {
      const before = unmapped((hops.pop() ?? '').trim());
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  }
}

/** The part of an address that one client cannot choose: all of IPv4, the first 64 bits of IPv6. Limits count by it. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** An IPv4 address that a dual-stack socket shows as IPv6, as IPv4. */
const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
