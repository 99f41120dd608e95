import type { DeviceEndpoint } from '../../src/core/collector.ts';

/** A configured device where the wire shows it. */
export interface KnownServer {
  readonly device: string;
  /** Of its collector, which is also the name of its protocol. */
  readonly type: string;
}

const defaultPort: Readonly<Record<string, number>> = { modbus: 502, opcua: 4840 };
const loopback: readonly string[] = ['127.0.0.1', '::1'];

/**
 * Which configured device answers at an address and port. Names are not looked up while a tap runs, as a tap sends nothing:
 * `localhost` and what `addresses` of the configuration says are known, other devices must have literal addresses. Of devices
 * that share an address (units behind one gateway) the first is meant.
 */
export class AddressBook {
  readonly #servers = new Map<string, KnownServer>();
  /** Devices whose addresses are names that nothing resolves. */
  readonly unresolved: string[] = [];

  /** @param addresses name → literal address */
  constructor(devices: readonly DeviceEndpoint[], addresses: Readonly<Record<string, string>>) {
    for (const { name, type, config } of devices) {
      const place = placeOf(type, config);
      if (place === undefined) continue;
      const literal = addresses[place.host] ?? place.host;
      const texts = literal === 'localhost' ? loopback : [literal];
      if (!texts.every((text) => text.includes(':') || /^[\d.]+$/.test(text))) this.unresolved.push(name);
      for (const text of texts) {
        const key = `${text}|${place.port}`;
        if (!this.#servers.has(key)) this.#servers.set(key, { device: name, type });
      }
    }
  }

  /** @param address in the text form of `addressText` */
  at(address: string, port: number): KnownServer | undefined {
    return this.#servers.get(`${address}|${port}`);
  }
}

/** Host and port by what collectors call them in their settings: `host` and `port`, or the URL `endpoint`. */
function placeOf(type: string, config: unknown): { readonly host: string; readonly port: number } | undefined {
  if (typeof config !== 'object' || config === null) return undefined;
  const { endpoint, host, port } = config as { endpoint?: unknown; host?: unknown; port?: unknown };
  const usual = defaultPort[type] ?? 0;
  if (typeof host === 'string') return { host: plain(host), port: typeof port === 'number' ? port : usual };
  if (typeof endpoint !== 'string') return undefined;
  const url = URL.parse(endpoint);
  return url === null ? undefined : { host: plain(url.hostname), port: url.port === '' ? usual : Number(url.port) };
}

/** In small letters, an IPv6 address in its shortest form and without brackets. */
function plain(host: string): string {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, '');
  return bare.includes(':') ? (URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1) ?? bare) : bare;
}
