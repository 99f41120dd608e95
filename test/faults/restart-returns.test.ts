import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { hasReturned } from '../../src/core/alert.ts';
import { SteppedClock } from '../support/stepped-clock.ts';
import { levelLimit, WatchedTank } from '../support/watched-tank.ts';

const soon = { timeout: 60_000, interval: 100 };
const presentBefore = ['Dashboard: repeated failed sign-ins', 'LEVEL high at 4.50', 'plc1 does not answer'];

/** Titles of alerts whose condition is present. */
const present = (tank: WatchedTank): string[] =>
  tank.alerts().flatMap(({ state, title }) => (presentBefore.includes(title) && !hasReturned(state) ? [title] : []));

it('alerts of the process, of a device and of the monitor return after a restart if their condition ended meanwhile', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'scadawatch-returns-'));
  try {
    const clock = new SteppedClock();
    const ids = await (async () => {
      await using tank = await WatchedTank.start({ clock, dataDir });
      tank.setLevel(levelLimit + 0.5);
      tank.monitor.noteRefusedSignIns(true);
      await vi.waitFor(() => expect(present(tank)).toContain('LEVEL high at 4.50'), soon);
      await tank.stopController();
      await vi.waitFor(() => expect(present(tank).toSorted()).toEqual(presentBefore), soon);
      return tank.alerts().map(({ id }) => id);
    })();
    await using tank = await WatchedTank.start({ clock, dataDir });
    expect(present(tank).toSorted()).toEqual(presentBefore);
    await vi.waitFor(() => {
      clock.pass(10_000);
      expect(present(tank)).toEqual([]);
    }, soon);
    // they wait for an acknowledgement, and nobody was called again
    const states = new Map(tank.alerts().map(({ id, state }) => [id, state]));
    expect(ids.map((id) => states.get(id))).toEqual(ids.map(() => 'D'));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 200_000);
