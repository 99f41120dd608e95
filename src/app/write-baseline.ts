/**
 * Learns the baseline that the first start of a lab uses, from a plant with another random seed, and writes it beside the plant:
 * `npm run lab:baseline`, or `npm run lab:baseline -- <plant> <days> <time>`. Takes minutes, and the time for the detection limits, such as `30m`. By
 * default that is a quarter of the calibration, in which a fast machine measures none of a plant with hundreds of tags.
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
import type { ShippedBaseline } from '../learning/baselines/shipped.ts';
import { limitsTime, runLimits, windowSources } from '../learning/detection-limits/job.ts';
import { runCalibration } from '../learning/job/job.ts';
import { reviewedAsNormal } from '../learning/review/as-normal.ts';
import { passphraseVariable } from '../tools/lab/config.ts';
import { ProgressBar } from '../service/progress.ts';
import { durationOption } from './options.ts';
import { registry } from './registry.ts';

/** Friday to Sunday: working days and weekends. */
const usualDays = 3;
const dayMs = 86_400_000;
const otherSeed = 0x5eed;
/** A Friday. */
const from = Date.UTC(2026, 0, 2);

const [name = plants[0]?.type ?? '', days = String(usualDays), limitsFor] = process.argv.slice(2);
const plant = plantOf(name);
if (plant.shipped === undefined) throw new Error(`${name} ships no baseline`);
const { file, season, undecided = [] } = plant.shipped;
const config = await loadConfig(fileURLToPath(plant.example), { registry, environment: { [passphraseVariable]: 'unused' } });
const source = { type: 'simulate' as const, plant: name, seed: otherSeed, season, from, to: from + Number(days) * dayMs };
const bar = new ProgressBar(systemClock);
const dir = mkdtempSync(join(tmpdir(), 'scadawatch-baseline-'));
process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
const plan = planDetection(config);
const job = { plan, source, workers: availableParallelism(), keep: { dir, inUse: [] } };
const { signal } = new AbortController();
const show = (done: number, text: string): void => bar.show(done, text);
const began = systemClock.monotonic();
const calibrated = await runCalibration(job, show, signal);
const learned = await reviewedAsNormal(calibrated, { plan, dir, at: source.to, undecided });
const budgetMs = limitsFor === undefined ? limitsTime(systemClock.monotonic() - began) : durationOption(limitsFor);
bar.restart();
const limitsJob = {
  plan: job.plan,
  calibration: learned.calibration,
  sources: windowSources(job.plan, source, budgetMs),
  budgetMs,
};
const limits = await runLimits(limitsJob, show, signal);
bar.end();
const description = `${learned.calibration.source}, shipped with the lab`;
const baseline: ShippedBaseline = { ...learned, calibration: { ...learned.calibration, source: description }, limits };
const packed = gzipSync(JSON.stringify(baseline), { level: 9 });
writeFileSync(file, packed);
process.stdout.write(`${fileURLToPath(file)}: ${packed.length} bytes. ${baseline.calibration.promise.text}\n`);
