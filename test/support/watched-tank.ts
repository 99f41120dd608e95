import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { ModbusServer } from '../../simulators/servers/modbus/index.ts';
import { modbus } from '../../collectors/modbus/index.ts';
import { type Monitor, startMonitor } from '../../src/monitor/monitor.ts';
import { registry } from '../../src/app/registry.ts';
import type { MonitorConfig } from '../../src/config/resolve.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { CollectorPlugin } from '../../src/core/collector.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { FindingChange } from '../../src/core/finding.ts';
import type { HistorianPlugin } from '../../src/core/historian.ts';
import type { NotifierPlugin } from '../../src/core/notifier.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { TagTable } from '../../src/core/tag.ts';
import { duckdb } from '../../src/historian/duckdb/index.ts';
import { stix } from '../../src/notifiers/stix/index.ts';
import { openQueuedState } from '../../src/state/queued.ts';
import { ChildProcesses } from './child-processes.ts';
import { blockThread, evaluateInThread } from './inspector.ts';
import { startReadModbusServer } from './modbus-simulator.ts';
import { testTag } from './tags.ts';
import { TinyPlant } from './tiny-plant.ts';

export const levelLimit = 4;

/** End of the module address of the detection threads. */
const detectionModule = '/detection/threads/worker.ts';

export interface WatchedTankOptions {
  readonly historian?: { readonly plugin: HistorianPlugin; readonly config: unknown };
  readonly notifiers?: readonly NotifierPlugin[];
  /** A notifier that writes files, in the thread of the notifiers. */
  readonly hasFiles?: boolean;
  /** Replaces the collector of the simulated controller. */
  readonly collector?: CollectorPlugin;
  /** Another device than that controller, with the address of its level. @param dataDir data directory of the monitor */
  readonly device?: (dataDir: string) => Promise<WatchedDevice>;
  /** Time of the machine and of the site; default: the machine's clock. */
  readonly clock?: Clock;
  /** Data directory of an earlier run, which is kept; default: a new one. */
  readonly dataDir?: string;
}

interface Started {
  readonly workers: Worker[];
  readonly children: ChildProcesses;
  readonly server: ModbusServer;
  readonly found: readonly FindingChange[];
}

/** A device of the monitor. */
export interface WatchedDevice {
  readonly plugin: CollectorPlugin;
  readonly config: unknown;
  readonly address: unknown;
}

/**
 * A whole monitor in this process, on a simulated Modbus controller whose tank has a high limit. A test can end or block its
 * threads and processes.
 */
export class WatchedTank implements AsyncDisposable {
  readonly plant: TinyPlant;
  readonly monitor: Monitor;
  readonly dataDir: string;
  /** Changes of findings, in order. */
  readonly found: readonly FindingChange[];
  readonly #workers: Worker[];
  readonly #children: ChildProcesses;
  readonly #server: ModbusServer;
  readonly #cleanup: AsyncDisposableStack;

  private constructor(
    plant: TinyPlant,
    monitor: Monitor,
    dataDir: string,
    { workers, children, server, found }: Started,
    cleanup: AsyncDisposableStack,
  ) {
    this.plant = plant;
    this.monitor = monitor;
    this.dataDir = dataDir;
    this.#workers = workers;
    this.#children = children;
    this.#server = server;
    this.found = found;
    this.#cleanup = cleanup;
  }

  static async start(options: WatchedTankOptions = {}): Promise<WatchedTank> {
    await using cleanup = new AsyncDisposableStack();
    const { clock = systemClock } = options;
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'scadawatch-tank-'));
    if (options.dataDir === undefined) cleanup.defer(() => rmSync(dataDir, { recursive: true, force: true }));
    const plant = new TinyPlant();
    plant.set('LEVEL', 2);
    const server = cleanup.use(await startReadModbusServer({ plant }));
    const children = cleanup.use(new ChildProcesses());
    const state = cleanup.use(await openQueuedState(dataDir, { clock: systemClock, logger: silentLogger, report: () => {} }));
    const workers: Worker[] = [];
    const note = (worker: Worker): void => void workers.push(worker);
    process.on('worker', note);
    cleanup.defer(() => void process.off('worker', note));
    const found: FindingChange[] = [];
    const monitor = cleanup.use(
      await startMonitor({
        config: configOf(await deviceOf(server.port, dataDir, options), dataDir, options),
        dataDir,
        state,
        clock,
        wall: clock,
        logger: silentLogger,
        seed: 1,
        onFindings: (changes) => void found.push(...changes),
      }),
    );
    return new WatchedTank(plant, monitor, dataDir, { workers, children, server, found }, cleanup.move());
  }

  /** The newest thread of that name. */
  worker(name: string): Worker {
    const worker = this.#workers.findLast((each) => each.threadName === name);
    if (worker === undefined) throw new Error(`the monitor has no thread ${name}`);
    return worker;
  }

  /** The newest process of the embedded historian. */
  get historian(): ChildProcess {
    return this.process('duckdb/store-process');
  }

  /** The newest process of a module. */
  process(module: string): ChildProcess {
    const child = this.#children.of(module).at(-1);
    if (child === undefined) throw new Error(`the monitor has no process of ${module}`);
    return child;
  }

  /** Blocks the detection thread, so that it does not answer, as a debugger would. */
  async block(ms: number): Promise<void> {
    await blockThread(detectionModule, ms);
  }

  /** Evaluates an expression in the detection thread. */
  async evaluate(expression: string): Promise<void> {
    await evaluateInThread(detectionModule, expression);
  }

  /** Stops the simulated controller for good. */
  async stopController(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** Moves the level across its limit or back. */
  setLevel(level: number): void {
    this.plant.set('LEVEL', level);
  }

  alerts(): readonly Alert[] {
    return this.monitor.view.alerts.open();
  }

  /** Titles of findings that are open now. */
  titles(): string[] {
    return this.alerts()
      .flatMap(({ findings }) => findings)
      .filter(({ endedAt }) => endedAt === undefined)
      .map(({ explanation }) => explanation.title);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup[Symbol.asyncDispose]();
  }
}

async function deviceOf(
  port: number,
  dataDir: string,
  { collector = modbus, device }: WatchedTankOptions,
): Promise<WatchedDevice> {
  return (
    (await device?.(dataDir)) ?? {
      plugin: collector,
      config: modbus.schema.parse({ host: '127.0.0.1', port, pauseMs: 5, identity: false }),
      address: { table: 'input', register: 0, type: 'float32' },
    }
  );
}

function configOf(
  { plugin, config, address }: WatchedDevice,
  dataDir: string,
  { historian, notifiers = [], hasFiles = false }: WatchedTankOptions,
): MonitorConfig {
  const files = { plugin: stix, config: stix.schema.parse({ folder: join(dataDir, 'stix'), site: 'Tank' }) };
  const limits = { high: levelLimit, priority: 1, response: 'Close the inlet' } as const;
  const level = testTag('LEVEL', address, { device: 'plc1', scanMs: 250, range: { low: 0, high: 5 }, limits });
  return {
    file: 'test',
    site: { name: 'Tank', timeZone: 'UTC', positions: [], areas: [{ id: 'area', name: 'Area', equipment: [], indicators: [] }] },
    tags: new TagTable([level]),
    devices: [{ name: 'plc1', description: '', plugin, config }],
    detectors: registry.detectors.map((plugin) => ({ plugin, config: plugin.schema.parse({}) })),
    groups: [],
    workers: undefined,
    budgetPerDay: 2.4,
    historian: historian ?? { plugin: duckdb, config: duckdb.schema.parse({}) },
    notifiers: [...notifiers.map((plugin) => ({ plugin, config: plugin.schema.parse({}) })), ...(hasFiles ? [files] : [])],
    dashboard: {},
  };
}
