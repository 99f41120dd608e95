import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { modbus } from '../../../collectors/modbus/index.ts';
import { duckdb } from '../../../src/historian/duckdb/index.ts';
import { startMonitor } from '../../../src/app/monitor/monitor.ts';
import { registry } from '../../../src/app/registry.ts';
import type { MonitorConfig } from '../../../src/config/resolve.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/plugin.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { openState } from '../../../src/state/state.ts';
import { testTag } from '../../support/tags.ts';
import { Accounts } from './accounts.ts';

/**
 * The whole monitor without its page, a process of its own: `monitor.ts PERIOD_MS TAGS_PER_DEVICE PORT…`. Prints a line of JSON
 * each second: CPU seconds and RSS of this process, samples per second of each link of the chain, and the accounts.
 */
const [periodMs, perDevice, ...ports] = process.argv.slice(2).map(Number) as [number, number, ...number[]];
const registers = Array.from({ length: perDevice }, (_, register) => register);
const tags = new TagTable(
  ports.flatMap((_, device) =>
    registers.map((register) =>
      testTag(`D${device}.R${register}`, { table: 'holding', register }, { scanMs: periodMs, device: `d${device}` }),
    ),
  ),
);
const dataDir = await mkdtemp(join(tmpdir(), 'bench-load-'));
const config: MonitorConfig = {
  file: 'bench',
  site: { name: 'Bench', timeZone: 'UTC', positions: [], areas: [{ id: 'area', name: 'Area', equipment: [], indicators: [] }] },
  tags,
  devices: ports.map((port, device) => ({
    name: `d${device}`,
    description: '',
    plugin: modbus as MonitorConfig['devices'][number]['plugin'],
    config: modbus.schema.parse({ host: '127.0.0.1', port, pauseMs: 5, identity: false }),
  })),
  detectors: registry.detectors.map((plugin) => ({ plugin, config: plugin.schema.parse({}) })),
  groups: [],
  workers: undefined,
  budgetPerDay: 2.4,
  historian: { plugin: duckdb, config: duckdb.schema.parse({}) },
  notifiers: [],
  dashboard: {},
};
const state = openState(dataDir);
const accounts = new Accounts(
  ports.flatMap((_, device) => registers.map((register) => ({ device: `d${device}`, register }))),
  periodMs,
);
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
    await rm(dataDir, { recursive: true, force: true });
    process.exit(0);
  })();
});
