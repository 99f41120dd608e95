import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PacedClock, VirtualClock } from '../../core/clock.ts';
import { isFirstRun, notePlantTime, plantStartTime } from './time.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-lab-time-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const note = async (plantMs: number, speed: number): Promise<void> => {
  const stop = new AbortController();
  const noting = notePlantTime(dir, new PacedClock({ plantMs, wallMs: 0, speed }, new VirtualClock(0)), stop.signal);
  stop.abort();
  await expect(noting).rejects.toThrow('abort');
};

describe('plant time from run to run', () => {
  it('begins with the machine’s clock at a first start, in whole seconds', () => {
    expect(isFirstRun(dir)).toBe(true);
    expect(plantStartTime(dir, new VirtualClock(10_300))).toBe(11_000);
  });

  it('continues after a run that was ahead of the machine, and follows the machine after one that was not', async () => {
    await note(500_000, 10);
    expect(isFirstRun(dir)).toBe(false);
    expect(plantStartTime(dir, new VirtualClock(100_000))).toBe(520_000);
    expect(plantStartTime(dir, new VirtualClock(900_000))).toBe(900_000);
  });

  it('refuses a damaged note', () => {
    writeFileSync(join(dir, 'plant-time'), 'soon');
    expect(() => plantStartTime(dir)).toThrow(/does not hold a time/);
  });
});
