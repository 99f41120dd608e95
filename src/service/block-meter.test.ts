import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { BlockMeter, readMainThread, type ThreadTimes } from './block-meter.ts';

const checkMs = 500;

/** Behaviour of a main thread between two checks. */
interface Behaviour {
  readonly beats?: boolean;
  /** Fractions of the time. */
  readonly runs?: number;
  readonly waits?: number;
  readonly state?: string;
}

/** Time without progress after each check. @param elapsedMs between two checks */
function blocked(behaviours: readonly Behaviour[], elapsedMs = checkMs): readonly number[] {
  const clock = new VirtualClock(0);
  let times: ThreadTimes = { ranMs: 7_000, waitedMs: 3_000, state: 'S' };
  let beat = 1;
  const meter = new BlockMeter(clock, () => times, beat);
  return behaviours.map(({ beats = false, runs = 0, waits = 0, state = 'S' }) => {
    clock.set(clock.now() + elapsedMs);
    times = { ranMs: times.ranMs + runs * elapsedMs, waitedMs: times.waitedMs + waits * elapsedMs, state };
    if (beats) beat++;
    return meter.check(beat, checkMs).blockedMs;
  });
}

const times = (count: number, behaviour: Behaviour): readonly Behaviour[] => Array.from({ length: count }, () => behaviour);

describe('a main thread without progress', () => {
  it.each<readonly [string, Behaviour, number]>([
    ['waits for a lock', {}, 9_000],
    ['waits for another thread', { runs: 0.01 }, 9_000],
    ['waits for a disk or a page of memory', { state: 'D' }, 0],
    ['runs in an endless loop', { runs: 1, state: 'R' }, 9_000],
    ['has no CPU, in many short waits', { runs: 0.02, waits: 0.98, state: 'R' }, 180],
    ['has no CPU, in one wait that the system has not counted yet', { state: 'R' }, 0],
    ['runs in an endless loop on a CPU that others use as well', { runs: 0.25, waits: 0.75, state: 'R' }, 2_250],
  ])('that %s counts as blocked for the time in which it could run', (_, behaviour, ms) => {
    expect(blocked(times(18, behaviour)).at(-1)).toBeCloseTo(ms);
  });

  it('reports the wait for a disk as a stall', () => {
    const meter = new BlockMeter(new VirtualClock(0), () => ({ ranMs: 0, waitedMs: 0, state: 'D' }), 1);
    expect([1, 1].map((beat) => meter.check(beat, checkMs).stalledMs)).toEqual([500, 1_000]);
  });

  it('counts from its last progress', () => {
    expect(blocked([...times(3, {}), { beats: true, runs: 0.1 }, {}])).toEqual([500, 1_000, 1_500, 0, 500]);
  });

  it('counts by checks if the machine was suspended between them', () => {
    expect(blocked(times(2, {}), 3_600_000)).toEqual([500, 1_000]);
  });

  it('counts all time if the system does not report the times of threads', () => {
    const meter = new BlockMeter(new VirtualClock(0), () => undefined, 1);
    expect([1, 1, 2].map((beat) => meter.check(beat, checkMs).blockedMs)).toEqual([500, 1_000, 0]);
  });
});

it.runIf(process.platform === 'linux')('reads the times of the main thread', () => {
  const before = readMainThread();
  let sum = 0;
  for (let i = 0; i < 2e7; i++) sum += Math.sqrt(i);
  const after = readMainThread();
  expect(sum).toBeGreaterThan(0);
  expect(after?.state).toBe('R');
  expect(after?.ranMs).toBeGreaterThan(before?.ranMs ?? Infinity);
  expect(after?.waitedMs).toBeGreaterThanOrEqual(before?.waitedMs ?? Infinity);
});
