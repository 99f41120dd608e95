import type { DeviceEndpoint } from '../../src/core/collector.ts';

/** A configured device, as identified by its network address. */
export interface KnownServer {
  readonly device: string;
  /** Name of its collector, which is also the name of its protocol. */
  readonly type: string;
  /** True for Modbus/TCP Security, which the tap cannot decode. */
  readonly usesTls: boolean;
}

const defaultPort: Readonly<Record<string, number>> = { modbus: 502, opcua: 4840 };
const loopback: readonly string[] = ['127.0.0.1', '::1'];

/**
 * Maps address and port to the configured device. A tap sends nothing, so that it resolves no names: `localhost` and the names in
 * `addresses` of the configuration are known, other devices need literal addresses. If devices share an address (units behind one
 * gateway), the first one is returned.
 */
export class AddressBook {
  readonly #servers = new Map<string, KnownServer>();
  /** First device of each address. */
  readonly #devices = new Map<string, string>();
  /** Devices whose host names have no entry in `addresses`. */
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
        if (!this.#servers.has(key)) this.#servers.set(key, { device: name, type, usesTls: usesTls(config) });
        if (!this.#devices.has(text)) this.#devices.set(text, name);
      }
    }
  }

  /** @param address in the text form of `addressText` */
  at(address: string, port: number): KnownServer | undefined {
    return this.#servers.get(`${address}|${port}`);
  }

  /** First device with an address, at any port. @param address in the text form of `addressText` */
  deviceAt(address: string): string | undefined {
    return this.#devices.get(address);
  }
}

const usesTls = (config: unknown): boolean =>
  typeof config === 'object' && config !== null && (config as { transport?: unknown }).transport === 'tls';

/** Host and port in the settings of a collector: `host` and `port`, or the URL `endpoint`. */
function placeOf(type: string, config: unknown): { readonly host: string; readonly port: number } | undefined {
  if (typeof config !== 'object' || config === null) return undefined;
  const { endpoint, host, port } = config as { endpoint?: unknown; host?: unknown; port?: unknown };
  const usual = defaultPort[type] ?? 0;
  if (typeof host === 'string') return { host: plain(host), port: typeof port === 'number' ? port : usual };
  if (typeof endpoint !== 'string') return undefined;
  const url = URL.parse(endpoint);
  return url === null ? undefined : { host: plain(url.hostname), port: url.port === '' ? usual : Number(url.port) };
}

/** Lower case; an IPv6 address in its shortest form and without brackets. */
function plain(host: string): string {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, '');
  return bare.includes(':') ? (URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1) ?? bare) : bare;
}
