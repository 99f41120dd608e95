import { headlessObservations } from '../../simulators/lab/headless.ts';
import { detectorFactories, type DetectionPlan } from '../../src/detection/plan/plan.ts';
import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Finding } from '../../src/core/finding.ts';
import { observeBatch } from '../../src/core/observation.ts';
import { TagTable } from '../../src/core/tag.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import type { Fault, Sample, Victim } from './faults/fault.ts';
import { faults } from './faults/list.ts';
import { victimOf, victimsOf } from './faults/victims.ts';
import { type Delays, delaysOf, tallyOf } from './ablation.ts';
import { type BenchRow, median } from './row.ts';
import { learnWaterworks, newWaterworks, waterworksPlan } from './waterworks/plant.ts';
import { startTime } from '../support/plants.ts';
import type { Calibration } from '../../src/detection/baseline/format.ts';

const hourMs = 3_600_000;
/** Period at which every tag is polled, ms. */
const scanMs = 10_000;

/** How much is run: hours before the faults begin, hours with them, days of normal operation that are learned. */
export interface FaultScale {
  readonly healthyHours: number;
  readonly faultyHours: number;
  readonly learnedDays: number;
}

const usual: FaultScale = { healthyHours: 4, faultyHours: 12, learnedDays: 3 };

/** Detectors of single tags: the faults of so many tags would disturb the other detectors. */
const ofGroups = ['relations', 'balance', 'interlock'];

/** One run of the plant, batch by batch, and the samples of each tag. */
interface Recorded {
  readonly batches: readonly Batch[];
  readonly victims: readonly Victim[];
}

async function recordRun(tags: TagTable, hours: number): Promise<Recorded> {
  const plant = await newWaterworks({ seed: 101, startTime, life: 'ordinary' });
  const batches = [...headlessObservations({ plant, tags, from: startTime, to: startTime + hours * hourMs })];
  const samples = tags.tags.map((): Sample[] => []);
  for (const { tag, value, sourceTime, length } of batches)
    for (let row = 0; row < length; row++)
      samples[tag[row] as number]?.push({ time: sourceTime[row] as number, value: value[row] as number });
  const victims = tags.tags.map((tag, index) => victimOf(tag, samples[index] ?? [], index / tags.size));
  return { batches, victims };
}

/** The run with the fault in it, from its onset on. */
function* faulty({ batches, victims }: Recorded, fault: Fault, chosen: ReadonlySet<number>, onset: number): Generator<Batch> {
  const next = new Uint32Array(victims.length);
  for (const batch of batches) {
    const builder = new BatchBuilder(batch.device, Math.max(1, batch.length));
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const time = batch.sourceTime[row] as number;
      const index = next[tag] as number;
      next[tag] = index + 1;
      const victim = victims[tag];
      const value =
        victim !== undefined && chosen.has(tag) && time >= onset
          ? fault.change(victim, index, time - onset)
          : (batch.value[row] as number);
      if (value !== undefined) builder.add(tag, value, batch.quality[row] as number, time, batch.receiveTime[row] as number);
    }
    yield builder.publish();
  }
}

/** Findings that begin after the onset. */
function findingsOf(plan: DetectionPlan, calibration: Calibration, batches: Iterable<Batch>, onset: number): Finding[] {
  const tags = new TagTable(plan.tags);
  const engine = createEngine({ ...applyCalibration(calibration, detectorFactories(plan)), tags, groups: plan.groups });
  const found: Finding[] = [];
  for (const batch of batches)
    for (const { change, finding } of engine.observe(observeBatch(batch)))
      if (change === 'begin' && finding.beganAt >= onset) found.push(finding);
  return found;
}

/** Of the first finding of each that was found, ms. */
function minutes(found: readonly Delays[]): string {
  const first = found.map((delays) => Math.min(...Object.values(delays)));
  return found.length === 0 ? '–' : `${Math.round(median(first) / 60_000)} min`;
}

/** Of so many findings that fall on tags blindly: the share of the tags that at least one of them meets, %. */
export const metByChance = (findings: number, tags: number): number => 100 * (1 - (1 - 1 / tags) ** findings);

/**
 * Faults of single tags, each put into every measurement (or counter, contact, status word) of one run of the waterworks at once, and
 * judged by the detectors that see each tag by itself: the share of tags that is found, how soon, and how many only one detector finds.
 */
export async function benchFaults({ healthyHours, faultyHours, learnedDays }: FaultScale = usual): Promise<BenchRow[]> {
  const whole = waterworksPlan(scanMs);
  const plan = { ...whole, detectors: whole.detectors.filter(({ type }) => !ofGroups.includes(type)) };
  const tags = new TagTable(plan.tags);
  const { calibration } = await learnWaterworks(plan, 0x5eed, learnedDays);
  const run = await recordRun(tags, healthyHours + faultyHours);
  const onset = startTime + healthyHours * hourMs;
  const healthy = findingsOf(plan, calibration, run.batches, onset);
  const rows: BenchRow[] = [
    {
      name: 'faults: none',
      value: healthy.length,
      unit: 'findings',
      note: `false ones in ${faultyHours} h: ${healthy.map(({ detector, channel }) => `${detector}/${channel}`).join(' ')}; of any fault never finds 0 % of the tags, always 100 %, so many findings at random ${metByChance(healthy.length, tags.size).toFixed(1)} %`,
      credits: [{ suite: 'faults', labelled: [], falsely: healthy.map(({ detector }) => [detector]) }],
    },
  ];
  for (const fault of faults) {
    const chosen = victimsOf(fault, tags, run.victims, onset);
    const names = [...chosen].map((index) => tags.at(index).name);
    const findings = findingsOf(plan, calibration, faulty(run, fault, chosen, onset), onset);
    const labelled = names.map((name) => {
      const own = findings.filter((finding) => finding.tags.includes(name));
      return { what: `${fault.name}: ${name}`, delays: delaysOf(own, onset) };
    });
    const found = labelled.flatMap(({ delays }) => (Object.keys(delays).length > 0 ? [delays] : []));
    const credits = [{ suite: 'faults', labelled, falsely: [] }];
    const alone = plan.detectors.flatMap(({ type }) => {
      const { alone: only } = tallyOf(credits, type);
      return only === 0 ? [] : [`${only} ${type}`];
    });
    rows.push({
      name: `faults: ${fault.name}`,
      value: Number(((100 * found.length) / names.length).toFixed(1)),
      unit: '% of tags',
      note: `${found.length} of ${names.length}, median ${minutes(found)}${alone.length === 0 ? '' : `; found by one alone: ${alone.join(', ')}`}`,
      credits,
    });
  }
  return rows;
}
