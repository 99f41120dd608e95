import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { openState } from '../state/state.ts';
import { FollowingBoard } from './following.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-following-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('threshold increases are stored separately, and used again after a restart by the same calibration only', () => {
  const moved = [{ detector: 'range', channel: 'T1', since: 5, by: 0.04 }];
  const clock = new VirtualClock(7);
  {
    using state = openState(dir);
    const board = new FollowingBoard(state.baselines, clock);
    board.take(moved);
    expect(state.baselines.latest('site/followed')).toBeUndefined();
    expect(board.use({ from: 1, to: 2 })).toEqual([]);
    board.take(moved);
    expect(board.status()).toMatchObject({ mostPerDay: 0.02, most: 0.5, thresholds: moved });
  }
  using state = openState(dir);
  expect(state.baselines.latest('site/followed')).toMatchObject({ version: 1, createdAt: 7, content: { from: 1, to: 2 } });
  const board = new FollowingBoard(state.baselines, clock);
  expect(board.use({ from: 1, to: 2 })).toEqual(moved);
  expect(board.use({ from: 1, to: 3 })).toEqual([]);
  expect(board.status().thresholds).toEqual([]);
});
