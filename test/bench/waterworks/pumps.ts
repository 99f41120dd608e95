import { record } from '../../../src/learning/job/record.ts';
import { type DetectionPlan, detectorFactories } from '../../../src/detection/plan/plan.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { type Tag, TagTable } from '../../../src/core/tag.ts';
import { calibrateDetectors } from '../../../src/learning/calibration/index.ts';
import { defaultGroups } from '../../../src/detection/plan/groups.ts';
import { type Credits, type Delays, raisersOf } from '../ablation.ts';
import { type BenchRow, median } from '../row.ts';
import { campaign } from './campaign.ts';
import { delaysBy, falsifying, type Fault, firstOf, type Machine, minutes } from './machine-faults.ts';
import { waterworksPlan } from './plant.ts';
import { startTime } from '../../support/plants.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';

/** How much is learned and judged. */
interface PumpsScale {
  readonly learnedDays: number;
  /** Plants whose normal days are judged, and how many days. */
  readonly seeds: readonly number[];
  readonly days: number;
  /** Hours of each fault. */
  readonly faultyHours: number;
}

/** A pump runs about once a day, so that fewer days give too few stays. */
const whole: PumpsScale = { learnedDays: 10, seeds: [1, 2, 3], days: 2, faultyHours: 20 };
const small: PumpsScale = { learnedDays: 3, seeds: [1], days: 1, faultyHours: 5 };

const scanMs = 10_000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const warmHours = 2;
const budgets = [2.4, 24] as const;
const learnedSeed = 0x5eed;
const faultySeed = 101;

/** Of each pump one measurement is falsified. */
const pumps: readonly Machine[] = [
  { equipment: 'PS.P1', told: 'PS.P1.RUN', measured: 'PS.P1.SPD', range: 110 },
  { equipment: 'PS.P2', told: 'PS.P2.RUN', measured: 'PS.P2.AMP', range: 160 },
  { equipment: 'PS.P3', told: 'PS.P3.RUN', measured: 'PS.P3.KW', range: 90 },
  { equipment: 'PS.P4', told: 'PS.P4.RUN', measured: 'PS.P4.AMP', range: 160 },
];
const isPump = ({ equipment }: Tag): boolean => pumps.some((pump) => pump.equipment === equipment);

const nothing = 'without anything wrong';

const faults: readonly Fault[] = [
  ...[3, 5, 10].map((part) => ({
    name: `reads ${part} % low while it runs`,
    shows: (value: number, runs: boolean) => (runs ? value * (1 - part / 100) : undefined),
  })),
  ...[1, 3].map((part) => ({
    name: `reads ${part} % of its range too much while it stands`,
    shows: (value: number, runs: boolean, range: number) => (runs ? undefined : value + (part / 100) * range),
  })),
  // what begins by chance in the same hours
  { name: nothing, shows: (value) => value },
];

/** The example gives its pumps no modes. */
function inModes(tag: Tag): Tag {
  const told = `${tag.equipment}.RUN`;
  if (!isPump(tag) || tag.name === told) return tag;
  return { ...tag, modes: { tag: told, of: { 0: 'stopped', 1: 'running' }, settleMs: 120_000 } };
}

/** A calibration whose relations are silent in single modes: what there was before they were learned by mode. */
function withoutModes(calibration: Calibration): Calibration {
  const { relations } = calibration.detectors;
  if (relations?.thresholds === undefined) throw new Error('relations have no thresholds');
  const thresholds = Object.fromEntries(Object.entries(relations.thresholds).filter(([key]) => !key.includes('/')));
  return { ...calibration, detectors: { ...calibration.detectors, relations: { ...relations, thresholds } } };
}

/**
 * Benefit of learning relations for each mode: the pumping station with configured modes, judged with and without them on the
 * same normal days and on values that do not match the others of their pump.
 */
export async function pumpRows(quick: boolean, say: (text: string) => void): Promise<BenchRow[]> {
  const scale = quick ? small : whole;
  const works = waterworksPlan(scanMs);
  const tags = new TagTable(works.tags.filter((tag) => tag.equipment === 'PS' || isPump(tag)).map(inModes));
  const detectors = works.detectors.filter(({ type }) => type === 'relations');
  const plan = { ...works, tags: tags.tags, groups: defaultGroups(tags, scanMs), detectors };
  say(`learning ${scale.learnedDays} days of the pumps … `);
  const source = { type: 'simulate', plant: 'waterworks', seed: learnedSeed } as const;
  const { recording } = await record({ ...source, from: startTime - scale.learnedDays * dayMs, to: startTime }, tags, () => {});
  const { atBudget } = await calibrateDetectors({
    detectors: detectorFactories(plan),
    source: () => recording,
    description: 'days of the pumping station',
    tags,
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  });
  const judges = budgets.flatMap((budget) => {
    const calibration = atBudget(budget);
    return [
      { name: `over all modes, budget ${budget}`, calibration: withoutModes(calibration) },
      { name: `by mode, budget ${budget}`, calibration },
    ];
  });
  const calibrations = judges.map(({ calibration }) => calibration);
  const names = judges.map(({ name }) => `modes: relations ${name}`);
  return [...(await normalRows(plan, calibrations, names, scale)), ...(await faultRows(plan, calibrations, names, scale, say))];
}

async function normalRows(
  plan: DetectionPlan,
  calibrations: readonly Calibration[],
  names: readonly string[],
  { seeds, days }: PumpsScale,
): Promise<BenchRow[]> {
  const alerts: Alert[][] = names.map(() => []);
  for (const seed of seeds)
    (await campaign(plan, calibrations, { seed, hours: 24 * days })).forEach((some, i) => alerts[i]?.push(...some));
  return names.map((name, i) => ({
    name: `${name}: normal days`,
    value: (alerts[i] ?? []).length / (seeds.length * days),
    unit: 'alerts/day',
    note: `${seeds.length * days} days; ${(alerts[i] ?? []).map(({ equipment, findings }) => `${equipment}:${findings[0]?.detector ?? ''}`).join(' ')}`,
    credits: creditsOf(name, [], alerts[i] ?? []),
  }));
}

async function faultRows(
  plan: DetectionPlan,
  calibrations: readonly Calibration[],
  names: readonly string[],
  { faultyHours }: PumpsScale,
  say: (text: string) => void,
): Promise<BenchRow[]> {
  const hours = warmHours + faultyHours;
  const told: { readonly isReal: boolean; readonly what: string; readonly delays: readonly Delays[] }[] = [];
  for (const fault of faults) {
    say(`a pump ${fault.name} … `);
    const since = new Map<Machine, number>();
    const falsify = falsifying(pumps, fault, startTime + warmHours * hourMs, since);
    const judged = await campaign(plan, calibrations, { seed: faultySeed, hours, falsify });
    for (const [pump, onset] of since) {
      const delays = judged.map((alerts) => delaysBy(alerts, pump, onset));
      told.push({ isReal: fault.name !== nothing, what: `${pump.measured} ${fault.name}`, delays });
    }
  }
  return names.map((name, i) => {
    const real = told.filter(({ isReal }) => isReal);
    const delays = real.map(({ delays: own }) => firstOf(own[i]));
    const found = delays.filter((delay) => delay !== undefined);
    return {
      name: `${name}: faults in one mode`,
      value: (100 * found.length) / delays.length,
      unit: '% found',
      note: `${found.length} of ${delays.length}, median ${minutes(found.length === 0 ? undefined : median(found))}; ${told.map(({ what, delays: own }) => `${what} ${minutes(firstOf(own[i]))}`).join(', ')}`,
      credits: creditsOf(
        name,
        real.map(({ what, delays: own }) => ({ what, delays: own[i] ?? {} })),
        [],
      ),
    };
  });
}

const creditsOf = (suite: string, labelled: Credits['labelled'], falsely: readonly Alert[]): Credits[] => [
  { suite, labelled, falsely: falsely.map(raisersOf) },
];
