import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { detectorFactories } from '../../../src/detection/plan/plan.ts';
import { nurseryMb } from '../../../src/detection/threads/thread.ts';
import { observeBatch, type Vector } from '../../../src/core/observation.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { type Calibrated, calibrateDetectors } from '../../../src/learning/calibration/index.ts';
import { CalibrationWriter } from '../../../src/detection/baseline/message.ts';
import { Feed } from '../../../src/detection/feed/feed.ts';
import { Recording } from '../../../src/learning/job/recording.ts';
import { type BenchRow, cpuMs } from '../row.ts';
import { writeMessage } from './files.ts';
import { planOf, repeated, running, unitTags } from './plant.ts';
import { threadsRow } from './threads.ts';

/** How much is learned and watched. */
export interface Scale {
  readonly learnedSeconds: number;
  readonly units: number;
  readonly warmSeconds: number;
  readonly watchedSeconds: number;
}

const whole: Scale = {
  learnedSeconds: 9_000,
  units: 200,
  warmSeconds: 60,
  watchedSeconds: 120,
};
const small: Scale = { ...whole, units: 20, watchedSeconds: 40 };

/** Old space that a process of so many tags may use. */
const heapMb = 400;
/** Detectors that remember the past itself. */
const memories = ['replay', 'novelty'];

const run = promisify(execFile);

export async function learnUnit(seconds: number): Promise<Calibrated> {
  const plan = planOf(1);
  const recording = new Recording();
  for (const batch of running(1, 0, seconds, 1)) recording.append(batch);
  return calibrateDetectors({
    detectors: detectorFactories(plan),
    source: () => recording,
    description: 'a unit',
    tags: new TagTable(plan.tags),
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  });
}

/** Vectors per second of the detector of groups on one unit. */
function groupRow({ detectors, calibration }: Calibrated): BenchRow {
  const plan = planOf(1);
  const feed = new Feed(new TagTable(plan.tags), plan.groups);
  const vectors: Vector[] = [];
  for (const batch of running(1, calibration.to + 1_000, 6_000, 3))
    feed.observe(observeBatch(batch), (made) => {
      if (made.kind === 'vector') vectors.push({ ...made.vector, value: made.vector.value.slice() });
    });
  const own = detectors.find(({ name }) => name === 'relations')?.detector;
  let sink = 0;
  const score = (): void => {
    for (const vector of vectors) own?.score({ kind: 'vector', vector }, (_channel, _time, surprise) => (sink += surprise));
  };
  score();
  const ms = cpuMs(score);
  const baseline = calibration.detectors['relations']?.baseline as { groups?: Record<string, { lags?: number }> } | undefined;
  const [group] = Object.values(baseline?.groups ?? {});
  return {
    name: 'scale: groups of tags',
    value: Math.round((1_000 * vectors.length) / ms),
    unit: 'vectors/s',
    note: `${plan.groups[0]?.tags.length} tags, ${group?.lags ?? 'no'} lags, ${sink >= 0 ? vectors.length : 0} vectors`,
  };
}

/**
 * Cost of detection on a large site: every default detector over many tags each second, in a process that only detects. Also the
 * cost of a snapshot, vectors per second of a group, and the gain of one thread per core.
 */
export async function benchScale(quick = false): Promise<BenchRow[]> {
  const scale = quick ? small : whole;
  const calibrated = await learnUnit(scale.learnedSeconds);
  const folder = mkdtempSync(join(tmpdir(), 'scadawatch-scale-'));
  try {
    const plan = planOf(scale.units);
    writeMessage(new CalibrationWriter(repeated(calibrated.calibration, plan)).messageFor(plan), folder);
    const watch = fileURLToPath(new URL('./watch.ts', import.meta.url));
    const numbers = [calibrated.calibration.to + 1_000, scale.units, scale.warmSeconds, scale.watchedSeconds].map(String);
    const flags = ['--expose-gc', `--max-old-space-size=${heapMb}`, `--max-semi-space-size=${nurseryMb / 2}`];
    const { stdout } = await run(process.execPath, [...flags, watch, folder, ...numbers]);
    const used = JSON.parse(stdout) as {
      coreShare: number;
      rssMb: number;
      peakMb: number;
      snapshot: number;
      detectors: Record<string, number>;
      findings: number;
    };
    const tags = scale.units * unitTags;
    const remembered = memories.reduce((sum, name) => sum + (used.detectors[name] ?? 0), 0);
    const largest = Object.entries(used.detectors)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, bytes]) => `${name} ${Math.round(bytes / tags)}`);
    return [
      {
        name: `scale: ${tags} tags each second, every default detector`,
        value: Number(used.coreShare.toFixed(3)),
        unit: 'cores',
        note: `CPU time over ${scale.watchedSeconds} s of stream time; ${used.findings} changes of findings`,
      },
      {
        name: `scale: memory of the process that watches ${tags} tags`,
        value: Math.round(used.rssMb),
        unit: 'MB',
        note: `RSS, ${Math.round(used.peakMb)} MB at most while the calibration is read; old space limited to ${heapMb} MB, young to the ${nurseryMb} MB of a detection thread`,
      },
      {
        name: 'scale: snapshot without the memories',
        value: Math.round((used.snapshot - remembered) / tags),
        unit: 'bytes/tag',
        note: `with ${memories.join(' and ')} ${Math.round(used.snapshot / tags)}; ${largest.slice(0, 6).join(', ')}`,
      },
      groupRow(calibrated),
      await threadsRow(calibrated.calibration),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
