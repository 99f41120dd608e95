import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { AlertManager } from '../../src/alerts/manager.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Finding } from '../../src/core/finding.ts';
import { encodeJson } from '../../src/core/json.ts';
import { TagTable } from '../../src/core/tag.ts';
import { openState } from '../../src/state/state.ts';
import { collectedHeap } from './heap.ts';

export const chatterStart = Date.UTC(2026, 10, 24, 12);

/** A finding of usual size, with a new sentence and new figures each time. */
export function findingOf(number: number, time: number, over: Partial<Finding> = {}): Finding {
  const tag = `CW.LT${number % 7}`;
  const contributions = ['CW.LT01', 'CW.FT01', 'CW.FT02', 'CW.P1', 'CW.P2', 'CW.AT01'].map((name, i) => ({
    tag: name,
    share: 0.3 - i / 20 - number / 1e7,
    unit: 'm',
    measured: 3 + (number % 97) / 31,
    expected: Number.NaN,
  }));
  return {
    id: `range/CW/${number}/${time}`,
    detector: 'range',
    channel: 'CW.LT01',
    area: 'clearwell',
    equipment: 'CW',
    tags: ['CW.LT01'],
    since: time - 500,
    beganAt: time,
    updatedAt: time,
    score: 2,
    peak: 2 + (number % 11) / 10,
    certainty: { kind: 'calibrated', onceInDays: 30 + (number % 5), learnedDays: 14, beyond: false },
    explanation: {
      sentence: `Level of the clearwell is ${3 + (number % 97) / 31} m. Normal range 1.00 to 3.00 m (${tag}).`,
      title: 'Clearwell level above normal',
      band: { tag: 'CW.LT01', unit: 'm', measured: 3 + (number % 97) / 31, low: 1, high: 3 },
      contributions,
      normalIf: 'the level were below 3.00 m',
      techniques: ['T1692.002'],
    },
    alarm: { priority: 2, response: 'Check the inflow valve' },
    ...over,
  };
}

/** Begins and ends a condition once a second of plant time. */
export function chatter(manager: AlertManager, clock: VirtualClock, pairs: number): void {
  for (let pair = 0; pair < pairs; pair++) {
    const one = findingOf(pair, clock.now());
    manager.take({ change: 'begin', finding: one });
    clock.set(clock.now() + 500);
    manager.take({ change: 'end', finding: { ...one, endedAt: clock.now() } });
    clock.set(clock.now() + 500);
    manager.tick();
  }
}

const bytesOf = (folder: string): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/**
 * Checks the cost of a chattering condition against the share of its duration in the daily limits: 50 MB on disk, 20 MB in
 * memory.
 */
export function expectBounded(folder: string, pairs: number): { readonly diskBytes: number } {
  const clock = new VirtualClock(chatterStart);
  using state = openState(folder);
  const manager = new AlertManager({ store: state.alerts, clock, epoch: 'e', tags: new TagTable([]) });
  const diskBefore = bytesOf(folder);
  const heapBefore = collectedHeap();
  chatter(manager, clock, pairs);
  const diskBytes = bytesOf(folder) - diskBefore;
  // the write-ahead log of SQLite has a fixed size, whatever is stored
  expect(diskBytes).toBeLessThan(5e6 + (45e6 * pairs) / 86_400);
  expect(collectedHeap() - heapBefore).toBeLessThan(20e6);
  // cycles are not written one by one
  expect(manager.sequence).toBeLessThan(20 + pairs / 20);
  const [alert] = manager.open();
  expect(manager.open()).toHaveLength(1);
  expect(encodeJson(alert).length).toBeLessThan(10_000);
  const lastBeganAt = chatterStart + (pairs - 1) * 1000;
  expect(alert?.findings).toMatchObject([{ times: pairs, beganAt: chatterStart, lastBeganAt, peak: 3 }]);
  // each change of the last 24 hours stays available to a reader that reconnects
  let sequence = 0;
  for (let page = manager.changesAfter(0, 500); page?.[0] !== undefined; page = manager.changesAfter(sequence, 500)) {
    expect(page[0].sequence).toBe(sequence + 1);
    sequence += page.length;
  }
  expect(sequence).toBe(manager.sequence);
  return { diskBytes };
}
