// Long: the benches run every detector, a pipeline, an OPC UA server and the command line.
import { describe, expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';
import { detectorFactories } from '../../src/detection/plan/plan.ts';
import { unmeasuredDetectors } from './benches.ts';
import { benchDelay } from './delay.ts';
import { benchDetectors } from './detectors.ts';
import { benchOpcua } from './opcua.ts';
import { benchPipeline } from './pipeline.ts';
import type { BenchRow } from './row.ts';
import { learnUnit } from './scale/index.ts';
import { planOf, repeated } from './scale/plant.ts';

/** Rates are there and no two rows have one name. A clock too coarse for a short run makes a rate infinite, which is none of the bench's faults. */
const whole = (rows: readonly BenchRow[]): void => {
  expect(rows.filter(({ value, unit }) => unit !== '' && !(value > 0))).toEqual([]);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
};

describe('speed', () => {
  it('is measured of every registered detector, or it stands why not', { timeout: 120_000 }, async () => {
    const small = { tagCount: 20, rounds: 1, perRound: 200, learnedRows: 300, history: 2 };
    const rows = [
      ...(await benchDetectors(small)),
      ...(await benchPipeline({ learnedHours: 0.2, measuredHours: 0.1, rounds: 1 })),
    ];
    whole(rows);
    const measured = new Set(rows.map(({ name }) => name.replace('detectors: ', '')));
    const without = detectors.map(({ type }) => type).filter((type) => !measured.has(type));
    expect(without.toSorted()).toEqual(Object.keys(unmeasuredDetectors).toSorted());
  });

  it('covers a large site, for which every detector takes the calibration of one unit', async () => {
    const plan = planOf(3);
    const calibration = repeated((await learnUnit(600)).calibration, plan);
    const { detectors: applied } = applyCalibration(calibration, detectorFactories(plan));
    expect(applied.map(({ name }) => name).toSorted()).toEqual(Object.keys(calibration.detectors).toSorted());
  });

  it('includes OPC UA against the bare client, and the way back after a crash', { timeout: 120_000 }, async () => {
    const rows = await benchOpcua({ rounds: 1, msPerRun: 300, items: 200, periodMs: 50, restores: 1 });
    whole(rows);
    if (rows.length === 3) expect(rows[2]?.note).toMatch(/^median of 1, longest /);
  });

  it('includes the way from a register to the page, over the real command line', { timeout: 120_000 }, async () => {
    const rows = await benchDelay(2, [250]);
    whole(rows);
    expect(rows[0]?.note).toMatch(/^median of 2, .* × the poll period; max \d+ ms/);
  });
});
