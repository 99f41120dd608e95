import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { sameHash, sha256 } from '../accounts/secrets.ts';

/** Header in which a proxy states its secret and the address of the client. */
const clientHeader = 'x-scadawatch-client';

/** Finds the address that a request comes from, also behind proxies that the configuration names. */
export class ClientAddresses {
  readonly #proxies = new BlockList();

  readonly #secret: Buffer | undefined;

  /** @param trusted addresses and networks, e.g. `10.0.0.1` and `10.0.0.0/8` @param secret proves that a proxy has written the header */
  constructor(trusted: readonly string[], secret?: string) {
    this.#secret = secret === undefined ? undefined : sha256(secret);
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
   * Address of the client: that of the connection, or the one that a trusted proxy states with the secret. A proxy may pass on what a client
   * writes into `X-Forwarded-For`, so that this header and `Forwarded` never count.
   */
  of(request: IncomingMessage): string {
    const address = unmapped(request.socket.remoteAddress ?? 'unknown');
    const header = request.headers[clientHeader];
    if (this.#secret === undefined || typeof header !== 'string' || !this.isProxy(address)) return address;
    const [secret = '', client = '', ...rest] = header.split(' ');
    const stated = unmapped(client);
    return rest.length === 0 && isIP(stated) !== 0 && sameHash(sha256(secret), this.#secret) ? stated : address;
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
