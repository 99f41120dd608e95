import type { SimulatorAddresses, SimulatorConfig } from '../../simulators/lab/messages.ts';
import type { PluginRegistry } from '../config/registry.ts';
import type { MonitorConfig } from '../config/resolve.ts';
import { ScadaError } from '../core/errors.ts';

/** The monitor's login at the simulated OPC UA server. The passphrase is made anew at each start, and handed over as a secret is. */
export const labUser = 'scadawatch';
export const passphraseVariable = 'SCADAWATCH_UA1_PASSPHRASE';
/** What the servers of a simulated plant were asked for in its last run, in the data folder. */
export const requestsFile = 'simulator-requests.jsonl';

export interface LabSetup {
  readonly seed: number;
  readonly speed: number;
  readonly startTime: number;
  readonly pkiDir: string;
  /** File that keeps the plant from run to run. */
  readonly keptIn: string;
  /** File that says which functions and services each client has asked the plant's servers for. */
  readonly requestsIn: string;
  readonly users: readonly { readonly name: string; readonly passphrase: string }[];
  /** Free ports instead of those of the configuration. */
  readonly anyPort: boolean;
}

/** The simulator that answers where the configuration expects devices: a controller has the name of its device. */
export function simulatorConfig(
  config: MonitorConfig,
  { anyPort, pkiDir, keptIn, requestsIn, users, ...setup }: LabSetup,
): SimulatorConfig {
  const { seed, speed, startTime } = setup;
  const modbus = config.devices.flatMap(({ name, plugin, config: settings }) => {
    if (plugin.type !== 'modbus') return [];
    const { host, port, unit } = settings as { host: string; port: number; unit: number };
    return [{ controller: name, unit, host: onLoopback(name, host), port: anyPort ? 0 : port }];
  });
  const [opcua] = config.devices.flatMap(({ name, plugin, config: settings }) => {
    if (plugin.type !== 'opcua') return [];
    const { hostname, port } = new URL((settings as { endpoint: string }).endpoint);
    return [{ host: onLoopback(name, hostname), port: anyPort ? 0 : Number(port), pkiDir, users }];
  });
  const [tap] = config.devices.flatMap(({ name, plugin, config: settings }) => {
    const source = sourceOf(plugin.type, settings);
    return source === undefined ? [] : [{ host: onLoopback(name, source.host), port: anyPort ? 0 : source.port }];
  });
  return { plant: 'waterworks', seed, speed, startTime, life: 'ordinary', keptIn, requestsIn, modbus, opcua, tap };
}

/** Where a tap of the configuration expects a capture stream; undefined for other devices and other taps. */
function sourceOf(type: string, settings: unknown): { readonly host: string; readonly port: number } | undefined {
  if (type !== 'capture') return undefined;
  const { source } = settings as { source: { type: string; host: string; port: number } };
  return source.type === 'pcap-over-ip' ? source : undefined;
}

/** A simulated controller needs no rest between requests, and plant time may run many times as fast as the pauses that a real one needs. */
const tireless = { pauseMs: 0, maxRequestsPerSecond: 10_000 } as const;

/** The configuration with its devices where the simulator really is. */
export function atAddresses(config: MonitorConfig, addresses: SimulatorAddresses): MonitorConfig {
  const devices = config.devices.map((device) => {
    const settings = device.config as object;
    const port = addresses.modbus[device.name];
    if (port !== undefined) return { ...device, config: { ...settings, ...tireless, port } };
    const source = sourceOf(device.plugin.type, settings);
    if (source !== undefined && addresses.tap !== undefined) {
      return { ...device, config: { ...settings, source: { ...source, port: addresses.tap } } };
    }
    if (device.plugin.type === 'opcua' && addresses.opcua !== undefined) {
      return { ...device, config: { ...settings, endpoint: addresses.opcua.endpoint } };
    }
    return device;
  });
  return { ...config, devices };
}

/**
 * The configuration with another historian, given as `type=url`.
 * @throws ScadaError `config` if there is no such historian, or it does not take that address
 */
export function withHistorian(config: MonitorConfig, text: string, { historians }: PluginRegistry): MonitorConfig {
  const [type = '', ...rest] = text.split('=');
  const plugin = historians.find((candidate) => candidate.type === type);
  if (plugin === undefined) {
    throw new ScadaError('config', 'CONFIG_REFERENCE', `--historian: there is no historian ${type}`, {
      hint: `choose one of ${historians.map((candidate) => candidate.type).join(', ')}`,
    });
  }
  const url = rest.join('=');
  const parsed = plugin.schema.safeParse(url === '' ? {} : { url });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new ScadaError('config', 'CONFIG_INVALID', `--historian ${text}: ${problems}`, {
      hint: 'e.g. --historian influxdb=http://127.0.0.1:8086',
    });
  }
  return { ...config, historian: { plugin, config: parsed.data } };
}

function onLoopback(device: string, host: string): string {
  if (/^(127\.|localhost$|\[?::1\]?$)/.test(host)) return host;
  throw new ScadaError('config', 'LAB_REFUSED', `devices.${device} is at ${host}: the lab only puts plants on this machine`, {
    hint: 'use 127.0.0.1, or `scadawatch run` for a real plant',
  });
}
