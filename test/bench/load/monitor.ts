import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { modbus } from '../../../collectors/modbus/index.ts';
import { opcua } from '../../../collectors/opcua/index.ts';
import { duckdb } from '../../../src/historian/duckdb/index.ts';
import { startMonitor } from '../../../src/monitor/monitor.ts';
import { registry } from '../../../src/app/registry.ts';
import type { DeviceConfig } from '../../../src/config/configured.ts';
import type { MonitorConfig } from '../../../src/config/resolve.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/plugin.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { openState } from '../../../src/state/state.ts';
import { testTag } from '../../support/tags.ts';
import { Accounts } from './accounts.ts';
import type { LoadDevice } from './run.ts';

/**
 * The whole monitor without its page, a process of its own: `monitor.ts PERIOD_MS FOLDER DEVICES`, these as JSON of `LoadDevice`s. Prints
 * a line of JSON each second: CPU seconds and RSS of this process, samples per second of each link of the chain, and the accounts.
 */
const [periodText, dataDir = '', devicesText = '[]'] = process.argv.slice(2);
const periodMs = Number(periodText);
const devices = JSON.parse(devicesText) as readonly LoadDevice[];

/**
 * A register of Modbus is read by a request. A value of OPC UA has the server's own time, and is held until the
 * server has another; it may come late, together with those after it, and none is missing then.
 */
const judged = { modbus: 'request', opcua: { mostAgeS: 4 } } as const;

const points = devices.flatMap(({ protocol, tags: count }, i) => {
  const from = judged[protocol];
  const device = `d${i}`;
  // the accounts of so many tags must not count as memory of the monitor
  return Array.from({ length: count }, (_, register) => ({ device, register, from, protocol }));
});
const tags = new TagTable(
  points.map(({ protocol, device, register }) => {
    const address = protocol === 'modbus' ? { table: 'holding', register } : { node: `ns=1;s=R${register}` };
    return testTag(`${device.toUpperCase()}.R${register}`, address, { scanMs: periodMs, device });
  }),
);

function settingsOf({ protocol, port }: LoadDevice): Pick<DeviceConfig, 'plugin' | 'config'> {
  if (protocol === 'modbus')
    return { plugin: modbus, config: modbus.schema.parse({ host: '127.0.0.1', port, pauseMs: 5, identity: false }) };
  const endpoint = `opc.tcp://127.0.0.1:${port}`;
  return { plugin: opcua, config: opcua.schema.parse({ endpoint, securityMode: 'None', securityPolicy: 'None' }) };
}

const config: MonitorConfig = {
  file: 'bench',
  site: { name: 'Bench', timeZone: 'UTC', positions: [], areas: [{ id: 'area', name: 'Area', equipment: [], indicators: [] }] },
  tags,
  devices: devices.map((device, i) => ({ name: `d${i}`, description: '', ...settingsOf(device) })),
  detectors: registry.detectors.map((plugin) => ({ plugin, config: plugin.schema.parse({}) })),
  groups: [],
  workers: undefined,
  budgetPerDay: 2.4,
  historian: { plugin: duckdb, config: duckdb.schema.parse({}) },
  notifiers: [],
  dashboard: {},
};
mkdirSync(dataDir, { recursive: true });
const state = openState(dataDir);
const accounts = new Accounts(points, periodMs);
const monitor = await startMonitor({
  config,
  dataDir,
  state,
  clock: systemClock,
  logger: silentLogger,
  seed: 1,
  onObservation: (observation) => accounts.take(observation),
});
const tell = (): void => {
  const { user, system } = process.cpuUsage();
  const chain = Object.fromEntries(monitor.view.chain().map(({ name, perSecond, lagMs }) => [name, { perSecond, lagMs }]));
  const line = {
    at: performance.now(),
    cpuMs: (user + system) / 1000,
    rssMb: process.memoryUsage.rss() / 1e6,
    chain,
    dropped: monitor.view.chain().reduce((sum, { queue }) => sum + (queue?.dropped ?? 0), 0),
    accounts: accounts.report(Date.now()),
  };
  console.log(JSON.stringify(line));
};
const timer = setInterval(tell, 1_000);
createInterface(process.stdin).on('close', () => {
  clearInterval(timer);
  void (async () => {
    await monitor[Symbol.asyncDispose]();
    state[Symbol.dispose]();
    process.exit(0);
  })();
});
