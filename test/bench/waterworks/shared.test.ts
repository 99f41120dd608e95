import { expect, it } from 'vitest';
import type { FindingChange } from '../../../src/core/finding.ts';
import { calibrateNow } from '../../../src/learning/calibration/index.ts';
import { factory, optionsOf, running, tags } from '../../../src/learning/calibration/testing.ts';
import { createEngine } from '../../../src/detection/engine/index.ts';
import { shareDetectors } from './shared.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import { applyCalibration, thresholdsOf } from '../../../src/detection/baseline/apply.ts';

it('engines that share detectors find what each would find with detectors of its own', () => {
  const { atBudget } = calibrateNow(optionsOf(24), () => running(3, 1, 12));
  const calibrations = [2.4, 24, 240].map((budget) => atBudget(budget));
  const own = (calibration: Calibration) => createEngine({ ...applyCalibration(calibration, [factory()]), tags, groups: [] });
  const [first] = calibrations as [Calibration, ...Calibration[]];
  const shared = shareDetectors(applyCalibration(first, [factory()]).detectors, calibrations.length);
  const sharing = calibrations.map((calibration, i) =>
    createEngine({ detectors: shared[i] ?? [], thresholds: thresholdsOf(calibration), tags, groups: [] }),
  );
  const alone = calibrations.map(own);
  const heard: FindingChange[][] = calibrations.map(() => []);
  const expected: FindingChange[][] = calibrations.map(() => []);
  for (const observation of running(3, 2, 12)) {
    sharing.forEach((engine, i) => heard[i]?.push(...engine.observe(observation)));
    alone.forEach((engine, i) => expected[i]?.push(...engine.observe(observation)));
  }
  expect(heard).toEqual(expected);
  expect(heard[2]?.length).toBeGreaterThan(heard[0]?.length ?? 0);
});
