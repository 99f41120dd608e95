import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { detectorFactories } from '../../../src/detection/plan/plan.ts';
import { boundGarbage, giveBack } from '../../../src/core/memory.ts';
import { type Observation, observeBatch } from '../../../src/core/observation.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { applyCalibration } from '../../../src/detection/baseline/apply.ts';
import { createFollowingEngine } from '../../../src/detection/following/index.ts';
import { planOf, running } from './plant.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';

/**
 * A process that only detects, with one calibration for all units: `watch.ts CALIBRATION UNITS WARM SECONDS`. Prints its resource
 * use as one line of JSON.
 */
const [file = '', ...numbers] = process.argv.slice(2);
const [units = 1, warm = 1, seconds = 1] = numbers.map(Number);

function start() {
  const plan = planOf(units);
  const calibration = deserialize(readFileSync(file)) as Calibration;
  const engine = createFollowingEngine({
    ...applyCalibration(calibration, detectorFactories(plan)),
    budgetPerDay: plan.budgetPerDay,
    tags: new TagTable(plan.tags),
    groups: plan.groups,
  });
  return { engine, from: calibration.to + 1_000 };
}

boundGarbage();
const { engine, from } = start();
// as the thread of detection does, in a turn of its event loop that does not hold the calibration
await new Promise((resolve) => setImmediate(resolve));
giveBack();
/** Seconds that are judged between two looks at the CPU time. */
const stretch = 10;
let usedMs = 0;
let findings = 0;
let waiting: Observation[] = [];
let second = 0;
for (const batch of running(units, from, warm + seconds, 2)) {
  waiting.push(observeBatch(batch));
  if (waiting.length < stretch * units) continue;
  const began = process.cpuUsage();
  let changes = 0;
  for (const observation of waiting) changes += engine.observe(observation).length;
  const { user, system } = process.cpuUsage(began);
  waiting = [];
  second += stretch;
  if (second <= warm) continue;
  usedMs += (user + system) / 1_000;
  findings += changes;
}
globalThis.gc?.();
const rssMb = process.memoryUsage.rss() / 2 ** 20;
const peakMb = process.resourceUsage().maxRSS / 2 ** 10;
const snapshot = engine.snapshot('running');
const detectors = Object.fromEntries(
  Object.entries(snapshot.detectors).map(([name, own]) => [name, serialize(own).byteLength] as const),
);
const coreShare = usedMs / (seconds * 1_000);
console.log(JSON.stringify({ coreShare, rssMb, peakMb, snapshot: serialize(snapshot).byteLength, detectors, findings }));
