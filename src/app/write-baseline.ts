/**
 * Learns the baseline that the first start of a lab uses, from a plant with another random seed, and writes it with its detection limits beside the plant:
 * `npm run lab:baseline`, or `npm run lab:baseline -- <plant> <days> <time>`. The time for the limits is such as `30m`. With `keep` in place of the
 * days, what was learned is kept and only the limits are measured again.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { plantOf, plants } from '../../simulators/plants/index.ts';
import { loadConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { planDetection } from '../detection/plan/plan.ts';
import { readShipped, type ShippedBaseline } from '../learning/baselines/shipped.ts';
import { runLimits, windowSources } from '../learning/detection-limits/job.ts';
import { runCalibration } from '../learning/job/job.ts';
import { reviewedAsNormal } from '../learning/review/as-normal.ts';
import { passphraseVariable } from '../tools/lab/config.ts';
import { ProgressBar } from '../service/progress.ts';
import { durationOption } from '../tools/option-values.ts';
import { registry } from './registry.ts';

/** Friday to Wednesday: a weekend and working days. */
const usualDays = 6;
/** Nobody waits for these limits, so they may take longer than a quarter of the calibration. */
const usualLimitsTime = '30m';
const dayMs = 86_400_000;
const otherSeed = 0x5eed;
const fridayMs = Date.UTC(2026, 0, 2);

const [name = plants[0]?.type ?? '', days = String(usualDays), limitsFor = usualLimitsTime] = process.argv.slice(2);
const plant = plantOf(name);
if (plant.shipped === undefined) throw new Error(`${name} ships no baseline`);
const { file, season, undecided = [] } = plant.shipped;
const config = await loadConfig(fileURLToPath(plant.example), { registry, environment: { [passphraseVariable]: 'unused' } });
const plan = planDetection(config);
const { signal } = new AbortController();
const bar = new ProgressBar(systemClock);
const show = (done: number, text: string): void => bar.show(done, text);

const kept = days === 'keep' ? await readShipped(file) : undefined;
const { from = fridayMs, to = fridayMs + Number(days) * dayMs } = kept?.calibration ?? {};
const source = { type: 'simulate' as const, plant: name, seed: otherSeed, season, from, to };
const learned = kept ?? (await learn());
const budgetMs = durationOption(limitsFor);
const limitsJob = { plan, calibration: learned.calibration, sources: windowSources(plan, source, budgetMs), budgetMs };
bar.restart();
const limits = await runLimits(limitsJob, show, signal);
bar.end();
const packed = gzipSync(JSON.stringify({ ...learned, limits } satisfies ShippedBaseline), { level: 9 });
writeFileSync(file, packed);
const { promise } = learned.calibration;
process.stdout.write(`${fileURLToPath(file)}: ${packed.length} bytes. ${promise.text} ${limits.text}\n`);

async function learn(): Promise<ShippedBaseline> {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-baseline-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const job = { plan, source, workers: availableParallelism(), keep: { dir, inUse: [] } };
  const reviewed = await reviewedAsNormal(await runCalibration(job, show, signal), { plan, dir, at: to, undecided });
  const description = `${reviewed.calibration.source}, shipped with the lab`;
  return { ...reviewed, calibration: { ...reviewed.calibration, source: description } };
}
