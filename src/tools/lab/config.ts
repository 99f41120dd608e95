import type { SimulatorAddresses, SimulatorConfig } from '../../../simulators/lab/messages.ts';
import type { PluginRegistry } from '../../config/registry.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { LabAddress, LabServer } from '../../core/collector.ts';
import { ScadaError } from '../../core/errors.ts';

/** User of the monitor at the simulated OPC UA server. Each start generates a new passphrase and passes it on as a secret. */
export const labUser = 'scadawatch';
export const passphraseVariable = 'SCADAWATCH_UA1_PASSPHRASE';
/** Text of the option `--scenarios` of the commands that run a plant. */
export const scenariosMeaning = 'scenario file, or folder of scenario files, to play besides the shipped ones';
/** File in the data directory with the requests that the servers of a simulated plant received in the last run. */
export const requestsFile = 'simulator-requests.jsonl';

export interface LabSetup {
  /** Type of the plant. */
  readonly plant: string;
  readonly seed: number;
  readonly speed: number;
  readonly startTime: number;
  /** Day of the year at which a new plant begins; that of the start if absent. */
  readonly season: number | undefined;
  readonly pkiDir: string;
  /** File that keeps the state of the plant between runs. */
  readonly keptIn: string;
  /** File with the functions and services that each client has requested from the plant's servers. */
  readonly requestsIn: string;
  readonly users: readonly { readonly name: string; readonly passphrase: string }[];
  /** File or folder with scenarios of the user. */
  readonly scenariosIn: string | undefined;
  /** Uses free ports instead of those of the configuration. */
  readonly anyPort: boolean;
}

/** Configuration of a simulator that takes the place of the configured devices. Each controller has the name of its device. */
export function simulatorConfig(config: MonitorConfig, { anyPort, pkiDir, users, ...setup }: LabSetup): SimulatorConfig {
  const servers = config.devices.flatMap((device) => {
    const server = device.plugin.lab?.serverOf(device.config);
    if (server === undefined) return [];
    return [{ ...server, name: device.name, host: onLoopback(device.name, server.host), port: anyPort ? 0 : server.port }];
  });
  const modbus = servers.flatMap((server) =>
    server.kind === 'controller' ? [{ controller: server.name, unit: server.unit, host: server.host, port: server.port }] : [],
  );
  const [opcua] = servers.flatMap(({ kind, host, port }) => (kind === 'plant' ? [{ host, port, pkiDir, users }] : []));
  const [tap] = servers.flatMap(({ kind, host, port }) => (kind === 'tap' ? [{ host, port }] : []));
  return { ...setup, life: 'ordinary', modbus, opcua, tap };
}

/** The configuration with its devices at the addresses of the simulator. */
export function atAddresses(config: MonitorConfig, addresses: SimulatorAddresses): MonitorConfig {
  const devices = config.devices.map((device) => {
    const { lab } = device.plugin;
    const server = lab?.serverOf(device.config);
    const address = server === undefined ? undefined : addressOf(device.name, server, addresses);
    return lab === undefined || address === undefined ? device : { ...device, config: lab.settingsAt(device.config, address) };
  });
  return { ...config, devices };
}

function addressOf(device: string, { kind }: LabServer, { modbus, opcua, tap }: SimulatorAddresses): LabAddress | undefined {
  if (kind === 'plant') return opcua === undefined ? undefined : { port: Number(new URL(opcua.endpoint).port), ...opcua };
  const port = kind === 'tap' ? tap : modbus[device];
  return port === undefined ? undefined : { port };
}

/**
 * The configuration with another historian, given as `type=url`.
 * @throws ScadaError `config` if there is no such historian, or it does not accept that address
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
