// Long: each fault has a monitor of its own and lasts for 10 s or more.
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { diskError, failingCollector, failingHistorian, failingNotifier, type Fault } from '../support/failing-plugins.ts';
import { WatchedTank, type WatchedTankOptions } from '../support/watched-tank.ts';

/** Within this time after a crossed limit there is its alert, or the alarm that nothing is judged. */
const within = { timeout: 15_000, interval: 50 };
const patience = { timeout: 60_000, interval: 50 };

interface Case {
  readonly name: string;
  readonly options?: WatchedTankOptions;
  /** Begins the fault. @returns function that ends it, if it does not end by itself */
  readonly begin: (tank: WatchedTank) => unknown;
  readonly end?: (tank: WatchedTank) => unknown;
}

const store: Fault = {};
const receiver: Fault = {};
const device: Fault = {};
const historian = { plugin: failingHistorian(store), config: {} };
const clear = (): void => {
  for (const fault of [store, receiver, device]) Object.assign(fault, { error: undefined, hangs: undefined });
};
let holder: DatabaseSync | undefined;

/** Sends an invalid message to the thread, which throws outside of any handler. */
const confuse = (tank: WatchedTank, name: string): void => tank.worker(name).postMessage(1);
/** Fills the heap of a thread or process. */
const fillHeap = '(() => { const all = []; for (;;) all.push(Array.from({ length: 1e6 }, (_, i) => ({ i }))); })()';
/** Sends more tags than any plant has: their names alone fill the heap of the process. */
const flood = (tank: WatchedTank): unknown => {
  const tags = Array.from({ length: 2e7 }, () => 'a tag');
  return tank.historian.send([{ id: 1e6, name: 'query', args: { tags, from: 0, to: 1 } }]);
};
const storeFails = (error: Error) => ({ options: { historian }, begin: () => Object.assign(store, { error }), end: clear });

const cases: readonly Case[] = [
  { name: 'the detection thread exits', begin: (tank) => tank.worker('detection').terminate() },
  { name: 'the detection thread throws', begin: (tank) => confuse(tank, 'detection') },
  { name: 'the detection thread is blocked for 10 s', begin: (tank) => tank.block(10_000) },
  { name: 'the detection thread hangs', begin: (tank) => tank.block(3_600_000) },
  { name: 'the detection thread runs out of memory', begin: (tank) => void tank.evaluate(fillHeap) },
  { name: 'the historian process is killed', begin: (tank) => tank.historian.kill('SIGKILL') },
  { name: 'the historian process crashes', begin: (tank) => tank.historian.kill('SIGSEGV') },
  { name: 'the historian process throws', begin: (tank) => tank.historian.send(1) },
  { name: 'the historian process runs out of memory', begin: flood },
  {
    name: 'the historian process is stopped and continues',
    begin: (tank) => tank.historian.kill('SIGSTOP'),
    end: (tank) => tank.historian.kill('SIGCONT'),
  },
  {
    name: 'the historian process hangs and is replaced',
    begin: (tank) => tank.historian.kill('SIGSTOP'),
    end: async ({ monitor }) => {
      const restarts = (): unknown => monitor.view.parts().find(({ name }) => name === 'historian')?.restarts;
      await expect.poll(restarts, patience).toBe(2);
    },
  },
  { name: 'the historian has no space (ENOSPC)', ...storeFails(diskError('ENOSPC')) },
  { name: 'the historian is read-only (EROFS)', ...storeFails(diskError('EROFS')) },
  { name: 'the database of the historian fails', ...storeFails(new Error('INTERNAL Error: Attempted to access index 0')) },
  {
    name: 'the historian is away',
    ...storeFails(new ScadaError('retryable', 'STORE_UNAVAILABLE', 'connection refused')),
  },
  { name: 'the historian never answers', options: { historian }, begin: () => Object.assign(store, { hangs: true }), end: clear },
  {
    name: 'a notifier throws',
    options: { notifiers: [failingNotifier(receiver).plugin] },
    begin: () => Object.assign(receiver, { error: new Error('503') }),
    end: clear,
  },
  {
    name: 'a notifier never answers',
    options: { notifiers: [failingNotifier(receiver).plugin] },
    begin: () => Object.assign(receiver, { hangs: true }),
    end: clear,
  },
  {
    name: 'state.db is held by another process (SQLITE_BUSY)',
    begin: (tank) => {
      holder = new DatabaseSync(join(tank.dataDir, 'state.db'));
      holder.exec('BEGIN IMMEDIATE');
    },
    end: () => holder?.close(),
  },
  {
    name: 'the main thread is blocked for 10 s',
    begin: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000),
  },
  {
    name: 'the collector fails and connects again',
    options: { collector: failingCollector(device) },
    begin: async ({ monitor }) => {
      Object.assign(device, { error: new TypeError('a fault of the collector') });
      await expect.poll(() => monitor.view.devices()[0]?.state, patience).toBe('down');
      clear();
    },
  },
];

describe('a limit that is crossed', () => {
  it.each(cases)('is alerted, or an alarm says that detection is down, while $name', async ({ options, begin, end }) => {
    clear();
    await using tank = await WatchedTank.start(options);
    const { view } = tank.monitor;
    await expect.poll(() => view.latest.value[0], patience).toBe(2);
    await begin(tank);
    tank.setLevel(4.5);
    await expect.poll(() => tank.titles().join(), within).toMatch(/LEVEL|detection is down|detection is late/);
    await expect.poll(() => tank.titles().join(), patience).toMatch(/LEVEL/);
    await end?.(tank);
    tank.setLevel(2);
    await expect.poll(() => tank.titles().join(), patience).not.toMatch(/LEVEL|detection is/);
    const states = (): unknown => view.parts().filter(({ state }) => state !== 'running');
    await expect.poll(states, patience).toEqual([]);
  });
});

describe('a stop', () => {
  it.each(cases.filter(({ name }) => /detection thread|hangs|never answers/.test(name)))(
    'ends within 10 s while $name',
    async ({ options, begin }) => {
      clear();
      const tank = await WatchedTank.start(options);
      await expect.poll(() => tank.monitor.view.latest.value[0], patience).toBe(2);
      // some faults end only after the stop
      void begin(tank);
      tank.setLevel(4.5);
      await expect.poll(() => tank.titles().join(), within).toMatch(/LEVEL|detection is down|detection is late/);
      const stopped = tank[Symbol.asyncDispose]().then(() => 'ended');
      const late = systemClock.sleep(10_000).then(() => 'not ended');
      try {
        await expect(Promise.race([stopped, late])).resolves.toBe('ended');
      } finally {
        clear();
        await stopped;
      }
    },
  );
});
