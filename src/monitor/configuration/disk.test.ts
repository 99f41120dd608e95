import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LocalOwner } from '../../../test/support/local-owner.ts';
import { VirtualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/plugin.ts';
import type { StateStore } from '../../core/state.ts';
import { openQueuedState } from '../../state/queued.ts';
import { openState } from '../../state/state.ts';
import { Unconfirmed } from './unconfirmed.ts';

const engineer = { role: 'engineer', user: 'anna' };
const change = { object: 'T1.LT high', before: '5 m', after: '6 m' };
const full = 'database or disk is full';

/** A data directory with a disk that a test fills, or whose writes last while another process holds the file. */
class Disk {
  readonly dir = mkdtempSync(join(tmpdir(), 'scadawatch-confirm-'));
  readonly clock = new VirtualClock(0);
  readonly #disk = openState(this.dir);
  owner = new LocalOwner(this.dir);

  constructor() {
    onTestFinished(() => {
      this.#disk[Symbol.dispose]();
      rmSync(this.dir, { recursive: true, force: true });
    });
  }

  /** Starts a monitor, which finds the change. */
  async start(weaker = [change]) {
    const { broken } = this.owner;
    const owner = new LocalOwner(this.dir);
    this.owner = owner;
    owner.broken = broken;
    const state = await openQueuedState(this.dir, { clock: this.clock, logger: silentLogger, report: () => {}, owner });
    const now = { 'tag T1.LT': 'watched', [change.object]: change.after };
    const changes = new Unconfirmed({ state, clock: this.clock, file: 'plant.yaml', now, weaker });
    const ends: string[] = [];
    changes.onConfirmed((_, reason) => ends.push(reason));
    return { state, changes, ends, confirm: async () => changes.confirm(changes.open()?.id ?? '', engineer, 'r', 'first') };
  }

  /** Ends the process while its writes wait. */
  async kill(state: StateStore & AsyncDisposable): Promise<void> {
    const ended = state[Symbol.asyncDispose]();
    await this.clock.advance(10_000);
    await ended;
  }

  confirmations = (): number => this.#disk.audit.read({ action: 'config.confirmed', limit: 9 }).length;
}

const saved = async (disk: Disk, state: StateStore): Promise<void> => {
  await disk.clock.advance(2_000);
  expect(await state.saving.settled()).toBe(true);
};

it('a full disk refuses the confirmation and keeps the alarm, also of a change that a start has found under it', async () => {
  const disk = new Disk();
  disk.owner.broken = full;
  const first = await disk.start();
  await disk.clock.advance(2_000);
  await expect(first.confirm()).rejects.toThrow('the act did not take effect');
  expect([first.changes.open()?.settings, first.ends]).toEqual([[change], []]);
  await disk.kill(first.state);

  // nothing is stored of the first start: the change is one since the last start again
  const second = await disk.start();
  await disk.clock.advance(2_000);
  disk.owner.broken = undefined;
  await saved(disk, second.state);
  disk.owner.broken = full;
  const refused = expect(second.confirm()).rejects.toThrow('the act did not take effect');
  await disk.clock.advance(2_000);
  await refused;
  expect([second.changes.open()?.settings, second.ends, disk.confirmations()]).toEqual([[change], [], 0]);
  disk.owner.broken = undefined;
  await saved(disk, second.state);
  await second.confirm();
  expect([second.changes.open(), second.ends, disk.confirmations()]).toEqual([undefined, ['r'], 1]);
  await disk.kill(second.state);
  expect((await disk.start([])).changes.open()).toBeUndefined();
});

it('a confirmation that waits for a held file is refused as unknown, and takes effect when its write ends', async () => {
  const disk = new Disk();
  const { state, changes, ends, confirm } = await disk.start();
  await saved(disk, state);
  const held = Promise.withResolvers<void>();
  disk.owner.held = held.promise;
  const unknown = expect(confirm()).rejects.toThrow('it is not known yet whether the act is stored');
  await disk.clock.advance(2_000);
  await unknown;
  expect([changes.open()?.settings, ends]).toEqual([[change], []]);
  await expect(confirm()).rejects.toThrow('the act did not take effect');
  held.resolve();
  await saved(disk, state);
  expect([changes.open(), ends, disk.confirmations()]).toEqual([undefined, ['r'], 1]);
  await disk.kill(state);
});
