import { capture, createCaptureCollector } from '../../collectors/capture/index.ts';
import { modbus } from '../../collectors/modbus/index.ts';
import { ManInTheMiddle } from '../../simulators/actors/man-in-the-middle.ts';
import { ModbusActor } from '../../simulators/actors/modbus.ts';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { startTap } from '../../simulators/servers/tap/index.ts';
import { systemClock, VirtualClock } from '../../src/core/clock.ts';
import type { Session } from '../../src/core/collector.ts';
import type { FindingChange } from '../../src/core/finding.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import { targetOf } from './detectors.ts';
import { testTag } from './tags.ts';
import { TinyPlant, testContext, tinyPoints } from './tiny-plant.ts';
import { watchAgreement } from './watched-agreement.ts';

/** Address of the operator station. */
export const hmi = '127.0.0.20';
const host = '127.0.0.1';
/** Points in one block of registers, so that one poll reads all. The last one is used as the state of a pump. */
const names = ['LEVEL', 'FLOW', 'PRESSURE'];

export const addressOf = (name: string) => {
  const point = tinyPoints.find((candidate) => candidate.name === name);
  if (point === undefined) throw new Error(`no point ${name}`);
  return point.modbus;
};

/** Counts arrivals, and awaits them. */
class Arrivals {
  count = 0;
  #waiting: { readonly count: number; readonly wake: () => void }[] = [];

  add(): void {
    this.count++;
    for (const { wake } of this.#waiting.filter(({ count }) => count <= this.count)) wake();
    this.#waiting = this.#waiting.filter(({ count }) => count > this.count);
  }

  async reach(count: number): Promise<void> {
    if (this.count >= count) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ count, wake: resolve });
    await promise;
  }
}

/**
 * A controller on a real socket, which the monitor polls each second and an operator station reads 0.3 s later, with a tap that sees both. One
 * of the two reaches the controller through a man-in-the-middle. Time is that of the test: `step` waits until all has arrived.
 */
export class TwoChannels implements AsyncDisposable {
  readonly plant = new TinyPlant();
  readonly changes: readonly FindingChange[];
  readonly proxy: ManInTheMiddle;
  readonly clock: VirtualClock;
  readonly #resources: AsyncDisposableStack;
  readonly #station: ModbusActor;
  readonly #arrived: Readonly<Record<'samples' | 'readings', Arrivals>>;
  readonly #observe: (observation: Observation) => void;

  private constructor(parts: {
    readonly plant: TinyPlant;
    readonly changes: readonly FindingChange[];
    readonly proxy: ManInTheMiddle;
    readonly clock: VirtualClock;
    readonly resources: AsyncDisposableStack;
    readonly station: ModbusActor;
    readonly arrived: Readonly<Record<'samples' | 'readings', Arrivals>>;
    readonly observe: (observation: Observation) => void;
  }) {
    this.plant = parts.plant;
    this.changes = parts.changes;
    this.proxy = parts.proxy;
    this.clock = parts.clock;
    this.#resources = parts.resources;
    this.#station = parts.station;
    this.#arrived = parts.arrived;
    this.#observe = parts.observe;
  }

  /** @param attacked who reaches the controller through the man-in-the-middle */
  static async open(attacked: 'station' | 'monitor'): Promise<TwoChannels> {
    await using resources = new AsyncDisposableStack();
    const plant = new TinyPlant();
    const clock = new VirtualClock(Date.UTC(2026, 10, 28));
    const context = testContext(clock);
    const server = resources.use(await startModbusServer({ plant, controller: 'plc1', unit: 1, host, port: 0 }, testContext()));
    const impersonated = new Map<number, number>();
    const tap = resources.use(await startTap({ host, port: 0, mirrored: [server.port], impersonated }, testContext()));
    const target = { host, port: server.port };
    const proxy = resources.use(await ManInTheMiddle.start({ target, host, port: 0, localAddress: '127.0.0.66' }));
    impersonated.set(proxy.port, server.port);

    const scanMs = 1_000;
    const { tags } = targetOf([
      testTag('LEVEL', { table: 'input', register: 0, type: 'float32' }, { scanMs, range: { low: 0, high: 10 } }),
      testTag('FLOW', { table: 'input', register: 2, type: 'float32' }, { scanMs, range: { low: 0, high: 10 } }),
      testTag('RUN', { table: 'input', register: 4, type: 'int16', scale: 0.1 }, { kind: 'discrete', scanMs }),
    ]);
    const watched = watchAgreement(tags, ['plc1', 'tap'], [host]);
    const arrived = { samples: new Arrivals(), readings: new Arrivals() };
    const observe = (observation: Observation): void => {
      watched.observe(observation);
      if (observation.kind === 'batch') for (let row = 0; row < observation.batch.length; row++) arrived.samples.add();
      else if (
        observation.kind === 'event' &&
        observation.event.type === 'wire-readings' &&
        observation.event.ends.client === hmi
      )
        for (const _ of observation.event.readings) arrived.readings.add();
    };

    const stop = new AbortController();
    resources.defer(() => stop.abort());
    const listen = async (session: Session): Promise<void> => {
      resources.use(session);
      const listening = (async () => {
        for await (const observation of session) observe(observation);
      })();
      resources.defer(async () => {
        await session[Symbol.asyncDispose]();
        await listening.catch(() => {});
      });
    };
    const devices = [{ name: 'plc1', type: 'modbus', config: { host, port: server.port, unit: 1 } }];
    const source = { type: 'pcap-over-ip', host, port: tap.port };
    // the time of a packet is that of the test: the machine's clock shows no delay
    const machine = { now: () => systemClock.now(), monotonic: () => 0, sleep: systemClock.sleep.bind(systemClock) };
    const wire = createCaptureCollector(
      capture.schema.parse({ source, reportMs: 60_000 }),
      { device: 'tap', tags, dataDir: '', devices },
      context,
      machine,
    );
    await listen(await wire.connect(stop.signal));
    const ports = { station: server.port, monitor: server.port, [attacked]: proxy.port };
    const settings = {
      host,
      port: ports.monitor,
      unit: 1,
      identity: false,
      pauseMs: 0,
      maxRequestsPerSecond: 1_000,
      timeoutMs: 60_000,
    };
    const polling = modbus.create(modbus.schema.parse(settings), { device: 'plc1', tags, dataDir: '', devices }, context);
    await listen(await polling.connect(stop.signal));
    const station = resources.use(await ModbusActor.connect({ host, port: ports.station, unit: 1, localAddress: hmi }));
    // the first poll is at once, and the next one at the device's phase of the period
    await arrived.samples.reach(names.length);
    await clock.advance(2 * scanMs);
    await arrived.samples.reach(2 * names.length);
    return new TwoChannels({
      plant,
      changes: watched.changes,
      proxy,
      clock,
      resources: resources.move(),
      station,
      arrived,
      observe,
    });
  }

  /** Advances plant and time by some seconds. In each, both read all points. */
  async step(seconds = 1): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      const { samples, readings } = this.#arrived;
      const next = { samples: samples.count + names.length, readings: readings.count + names.length };
      await this.clock.advance(400);
      await samples.reach(next.samples);
      await this.clock.advance(300);
      for (const name of names) await this.#station.read(addressOf(name));
      await readings.reach(next.readings);
      this.plant.step(1);
      await this.clock.advance(300);
      this.#observe(observeEvent({ type: 'tick', time: this.clock.now() }));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
