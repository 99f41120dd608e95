// Long: each fault has a monitor of its own and lasts for 10 s or more.
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ScadaError } from '../../src/core/errors.ts';
import { diskError, failingCollector, failingHistorian, failingNotifier, type Fault } from '../support/failing-plugins.ts';
import { WatchedTank, type WatchedTankOptions } from '../support/watched-tank.ts';

/** Within this time after a limit was crossed there is its alert, or the alarm that nothing is judged. */
const within = { timeout: 15_000, interval: 50 };
const patience = { timeout: 60_000, interval: 50 };

interface Case {
  readonly name: string;
  readonly options?: WatchedTankOptions;
  /** Begins the fault. @returns what ends it, if it does not end by itself */
  readonly begin: (tank: WatchedTank) => unknown;
  readonly end?: () => void;
}

const store: Fault = {};
const receiver: Fault = {};
const device: Fault = {};
const historian = { plugin: failingHistorian(store), config: {} };
const clear = (): void => {
  for (const fault of [store, receiver, device]) Object.assign(fault, { error: undefined, hangs: undefined });
};
let holder: DatabaseSync | undefined;

/** A message that the thread cannot take: it throws outside of any handler. */
const confuse = (tank: WatchedTank, name: string): void => tank.worker(name).postMessage(1);
/** The driver aborts the process when its thread is terminated in the middle of its work, so the thread is asked to end. */
const endHistorian = (tank: WatchedTank): void =>
  tank.worker('historian').postMessage([{ type: 'call', id: 1_000_000, name: 'close', args: undefined }]);
const storeFails = (error: Error) => ({ options: { historian }, begin: () => Object.assign(store, { error }), end: clear });

const cases: readonly Case[] = [
  { name: 'the detection thread exits', begin: (tank) => tank.worker('detection').terminate() },
  { name: 'the detection thread throws', begin: (tank) => confuse(tank, 'detection') },
  { name: 'the detection thread is blocked for 10 s', begin: (tank) => tank.block('detection', 10_000) },
  { name: 'the detection thread hangs', begin: (tank) => tank.block('detection', 3_600_000) },
  { name: 'the historian thread exits', begin: endHistorian },
  { name: 'the historian thread throws', begin: (tank) => confuse(tank, 'historian') },
  { name: 'the historian thread is blocked for 10 s', begin: (tank) => tank.block('historian', 10_000) },
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
  it.each(cases)(
    'is alerted, or an alarm says that detection is down, while $name',
    async ({ options, begin, end }) => {
      clear();
      await using tank = await WatchedTank.start(options);
      const { view } = tank.monitor;
      await expect.poll(() => view.latest.value[0], patience).toBe(2);
      await begin(tank);
      tank.setLevel(4.5);
      await expect.poll(() => tank.titles().join(), within).toMatch(/LEVEL|detection is down|detection is late/);
      await expect.poll(() => tank.titles().join(), patience).toMatch(/LEVEL/);
      end?.();
      tank.setLevel(2);
      await expect.poll(() => tank.titles().join(), patience).not.toMatch(/LEVEL|detection is/);
      expect(view.parts().find(({ name }) => name === 'detect')?.state).toBe('running');
    },
    240_000,
  );
});
