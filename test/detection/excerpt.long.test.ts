// Long: a long calibration is learned twice, whole and from an excerpt.
import { expect, test } from 'vitest';
import { detectorFactories } from '../../src/detection/plan/plan.ts';
import type { Observation } from '../../src/core/observation.ts';
import { TagTable } from '../../src/core/tag.ts';
import { calibrateNow } from '../../src/learning/calibration/index.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { Recording } from '../../src/learning/job/recording.ts';
import { median } from '../bench/row.ts';
import { planOf, running } from '../bench/scale/plant.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';

const seconds = 9_600;
const plan = planOf(1);
const options = {
  detectors: detectorFactories(plan),
  source: () => recording,
  description: 'a unit',
  tags: new TagTable(plan.tags),
  groups: [],
  // kept by both calibrations at once: otherwise the thresholds of one are raised beyond what it has learned (decision 31)
  budgetPerDay: 480,
  folds: 3,
};
const recording = new Recording();
for (const batch of running(1, 0, seconds, 1)) recording.append(batch);

/** Threshold of each channel, by detector, channel and name: the learned value, and its distance to the threshold. */
const limitsOf = ({ detectors, calibration }: ReturnType<typeof calibrateNow>): Map<string, number> =>
  new Map(
    detectors.flatMap(({ name, detector }) =>
      (detector.facts?.() ?? []).flatMap(({ channel, figures: { height, swing, sum, high } }) => {
        const begin = calibration.detectors[name]?.thresholds[channel]?.begin ?? Number.NaN;
        const furthest = [height, swing, sum, high].find((figure) => typeof figure === 'number');
        return typeof furthest !== 'number'
          ? []
          : [[`${name} ${channel}`, furthest * (begin > 1 ? Math.exp(begin - 1) : begin)] as const];
      }),
    ),
  );

test('of a long calibration an excerpt teaches what is usual nearly as well, and all of it what is rare', {
  timeout: 600_000,
}, () => {
  const all = calibrateNow(options, () => recording);
  const some = calibrateNow({ ...options, enough: seconds / 6 }, () => recording);
  const rare = options.detectors.filter(({ plugin }) => plugin.input === 'sample' && plugin.excerpt === undefined);
  expect(rare.length).toBeGreaterThan(5);
  for (const { name } of rare)
    expect(some.calibration.detectors[name]?.baseline).toEqual(all.calibration.detectors[name]?.baseline);
  const limits = limitsOf(some);
  const ratios = [...limitsOf(all)].map(([of, limit]) => ({ of, by: (limits.get(of) ?? Number.NaN) / limit }));
  const byDetector = Map.groupBy(ratios, ({ of }) => of.split(' ')[0]);
  for (const name of ['noise', 'spike', 'oscillation', 'quantisation'])
    expect(Math.abs(Math.log(median((byDetector.get(name) ?? []).map(({ by }) => by))))).toBeLessThan(Math.log(1.25));
  expect(some.calibration.promise.achievedPerDay).toBeLessThanOrEqual(1.25 * all.calibration.promise.achievedPerDay);
  expect(findingsOn(some, running(1, some.calibration.to + 1_000, seconds, 2))).toBeLessThanOrEqual(
    (options.budgetPerDay * seconds) / 86_400,
  );
});

/** Findings that begin on other data of normal operation. */
function findingsOn(
  { calibration }: ReturnType<typeof calibrateNow>,
  batches: Iterable<Parameters<Recording['append']>[0]>,
): number {
  const engine = createEngine({ ...applyCalibration(calibration, options.detectors), tags: options.tags, groups: [] });
  let begun = 0;
  for (const batch of batches) {
    const seen: Observation = { kind: 'batch', batch };
    begun += engine.observe(seen).filter(({ change }) => change === 'begin').length;
  }
  return begun;
}
