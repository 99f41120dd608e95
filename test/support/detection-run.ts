import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { deserialize } from 'node:v8';
import { detectors as plugins } from '../../detectors/index.ts';
import type { Baseline } from '../../src/detection/baseline/format.ts';
import type { DetectionPlan } from '../../src/detection/plan/plan.ts';
import { DetectionPool } from '../../src/detection/threads/pool.ts';
import { readSnapshot, writeSnapshot } from '../../src/storage/snapshot.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import { batchOf, tagOf } from './detectors.ts';

/** Rows between two snapshots. */
export const snapshotRows = 50;

const tags = Array.from({ length: 6 }, (_, i) => tagOf(`T${i}`));
const chosen = ['range', 'frozen', 'relations', 'replay'];

export const plan: DetectionPlan = {
  tags,
  groups: [{ name: 'all', tags: tags.map((_, tag) => tag), periodMs: 2_000 }],
  devices: ['PLC-1'],
  detectors: chosen.map((type) => ({ type, config: plugins.find((plugin) => plugin.type === type)?.schema.parse({}) })),
  budgetPerDay: 24,
};

/** Rows of tags that follow one level. With `broken`, each tag in turn has false values. */
export function rows(count: number, seed: number, startMs: number, broken = false): Observation[] {
  const random = new Random(seed);
  let level = 2;
  return Array.from({ length: count }, (_, row) => {
    level = 2 + 0.98 * (level - 2) + 0.05 * random.normal();
    const samples = tags.map((_tag, tag) => {
      const falsely = broken && row >= 60 && Math.floor(row / 25) % 6 === tag;
      return { tag, time: startMs + row * 1_000, value: level + 0.01 * random.normal() + (falsely ? 2 : 0) };
    });
    return observeBatch(batchOf(samples));
  });
}

/**
 * Entry of a process that judges rows and keeps its state on disk: `detection-run.ts FOLDER FIRST LAST [KILL]`. It continues from
 * the snapshot of row FIRST if there is one, prints each change, then a digest of its last state. At row KILL it kills itself.
 */
async function run(folder: string, first: number, last: number, kill: number): Promise<void> {
  const baseline = deserialize(readFileSync(join(folder, 'baseline'))) as Baseline;
  const file = join(folder, 'detection.snapshot');
  const snapshot = first > 0 ? await readSnapshot(file, `row ${first}`, silentLogger) : undefined;
  let silent = true;
  await using pool = await DetectionPool.start({
    plan,
    baseline,
    workers: 2,
    snapshot,
    onFindings: (changes) => {
      // open findings are reported again at the start
      if (!silent) for (const change of changes) console.log(JSON.stringify(change));
    },
    onFollowed: () => {},
  });
  silent = false;
  const all = rows(last, 2, baseline.calibration.to + 1_000, true);
  for (let row = first; row < last; row++) {
    if (row > first && row % snapshotRows === 0) await writeSnapshot(file, `row ${row}`, await pool.snapshot());
    if (row === kill) process.kill(process.pid, 'SIGKILL');
    await pool.judge(all[row] as Observation);
  }
  console.log(
    createHash('sha256')
      .update(stateOf(await pool.snapshot()))
      .digest('hex'),
  );
}

/** All figures of a snapshot in a comparable form, because their order in memory may differ. */
function stateOf(snapshot: Uint8Array): string {
  const { parts } = deserialize(snapshot) as { readonly parts: readonly Uint8Array[] };
  const whole = { depth: Infinity, maxArrayLength: null, maxStringLength: null, sorted: true };
  return parts.map((part) => inspect(deserialize(part), whole)).join('\n');
}

const [folder, ...numbers] = process.argv.slice(2);
const [first = 0, last = 0, kill = Number.NaN] = numbers.map(Number);
if (folder !== undefined && existsSync(join(folder, 'baseline'))) await run(folder, first, last, kill);
