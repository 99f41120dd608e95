import { serialize } from 'node:v8';
import { boundGarbage, giveBack } from '../../../src/core/memory.ts';
import { type Observation, observeBatch } from '../../../src/core/observation.ts';
import { readCalibration } from '../../../src/detection/baseline/message.ts';
import { createThreadEngine } from '../../../src/detection/threads/thread-engine.ts';
import { readMessage } from './files.ts';
import { planOf, running } from './plant.ts';

/**
 * A process that only detects, as a detection thread does: `watch.ts FOLDER FROM UNITS WARM SECONDS`, with a calibration
 * in the folder. Prints its resource use as one line of JSON.
 */
const [folder = '', ...numbers] = process.argv.slice(2);
const [from = 0, units = 1, warm = 1, seconds = 1] = numbers.map(Number);

function start() {
  return createThreadEngine(planOf(units), readCalibration(readMessage(folder))).engine;
}

boundGarbage();
const engine = start();
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
