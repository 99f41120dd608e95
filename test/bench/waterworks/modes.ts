import { record } from '../../../src/learning/job/record.ts';
import { tagsWithModes } from '../../../src/learning/baselines/modes.ts';
import { type DetectionPlan, detectorFactories } from '../../../src/detection/plan/plan.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { calibrateDetectors } from '../../../src/learning/calibration/index.ts';
import { learnModes } from '../../../src/learning/modes/index.ts';
import { defaultGroups } from '../../../src/detection/plan/groups.ts';
import type { Recording } from '../../../src/learning/job/recording.ts';
import { type Credits, type Delays, raisersOf } from '../ablation.ts';
import { type BenchRow, median } from '../row.ts';
import { campaign } from './campaign.ts';
import { delaysBy, falsifying, type Fault, firstOf, isAbout, type Machine, minutes } from './machine-faults.ts';
import { waterworksPlan } from './plant.ts';
import { startTime } from '../../support/plants.ts';
import { pumpRows } from './pumps.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';

/** How much is learned and judged. */
export interface ModesScale {
  readonly learnedDays: number;
  /** Plants whose normal days are judged, and how many days. */
  readonly seeds: readonly number[];
  readonly days: number;
  /** Hours before each fault, and hours of it. */
  readonly warmHours: number;
  readonly faultyHours: number;
}

const whole: ModesScale = { learnedDays: 3, seeds: [1, 2, 3], days: 2, warmHours: 2, faultyHours: 10 };
const small: ModesScale = { learnedDays: 2, seeds: [1], days: 1, warmHours: 1, faultyHours: 7 };

const scanMs = 10_000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const budgets = [2.4, 24] as const;
const learnedSeed = 0x5eed;
const faultySeed = 101;

/** Intermittent machines without configured modes, with their mode tags and measurements. */
const machines = [
  { equipment: 'B1', told: 'B1.RUN', measured: 'B1.AMP', range: 80 },
  { equipment: 'BW', told: 'BW.P1.RUN', measured: 'BW.FT', range: 250 },
] as const satisfies readonly Machine[];
/** These machines and their neighbours: a part of the plant that is learned in a minute. */
const watched = ['B1', 'B2', 'BW', 'DN', 'FL1', 'T3'];
const nothing = 'without anything wrong';

/** Values that are usual in one mode, or nearly, and wrong in the other. */
const faults: readonly Fault[] = [
  ...[5, 10, 20].map((part) => ({
    name: `reads ${part} % low while it runs`,
    shows: (value: number, runs: boolean) => (runs ? value * (1 - part / 100) : undefined),
  })),
  ...[1, 3, 10].map((part) => ({
    name: `shows ${part} % of its range while it stands`,
    shows: (_: number, runs: boolean, range: number) => (runs ? undefined : (part / 100) * range),
  })),
  // what begins by chance in the same hours
  { name: nothing, shows: (value) => value },
  // cost of known modes: the duration of a stop is not judged then
  { name: 'never runs again, as all its tags say', shows: (_, runs) => (runs ? 0 : undefined), isWhole: true },
];

interface Judge {
  readonly name: string;
  readonly plan: DetectionPlan;
  /** By budget. */
  readonly calibrations: readonly Calibration[];
}

/**
 * Benefit and cost of the modes that a calibration proposes: the same data learned without them and with them approved, both
 * judged on the same normal days and on faults that appear in one mode only.
 */
export async function benchModes(
  quick = false,
  say: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<BenchRow[]> {
  const scale = quick ? small : whole;
  const works = waterworksPlan(scanMs);
  const tags = new TagTable(works.tags.filter(({ equipment }) => watched.includes(equipment)));
  const plan = { ...works, tags: tags.tags, groups: defaultGroups(tags, scanMs) };
  const source = { type: 'simulate', plant: 'waterworks', seed: learnedSeed } as const;
  const { recording } = await record({ ...source, from: startTime - scale.learnedDays * dayMs, to: startTime }, tags, () => {});
  const proposed = learnModes(recording, tags);
  const judges: Judge[] = [];
  for (const [name, own] of [
    ['untold', plan],
    ['approved', { ...plan, tags: tagsWithModes(plan.tags, proposed) }],
  ] as const) {
    say(`learning, modes ${name} … `);
    judges.push({ name, plan: own, calibrations: await learn(own, recording) });
  }
  const rows: BenchRow[] = [
    {
      name: 'modes: proposed',
      value: proposed.filter(({ equipment }) => machines.some((machine) => machine.equipment === equipment)).length,
      unit: `of ${machines.length} machines`,
      note: proposed.map(({ equipment, tag, proof }) => `${equipment} by ${tag}, explains ${proof.tag}`).join('; '),
    },
  ];
  for (const judge of judges) {
    say(`modes ${judge.name} … `);
    rows.push(...(await normalRows(judge, scale)), ...(await faultRows(judge, scale)));
  }
  return [...rows, ...(await pumpRows(quick, say))];
}

async function learn(plan: DetectionPlan, recording: Recording): Promise<Calibration[]> {
  const { atBudget } = await calibrateDetectors({
    detectors: detectorFactories(plan),
    source: () => recording,
    description: 'days of the waterworks',
    tags: new TagTable(plan.tags),
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  });
  return budgets.map((budget) => atBudget(budget));
}

async function normalRows({ name, plan, calibrations }: Judge, { seeds, days }: ModesScale): Promise<BenchRow[]> {
  const alerts: Alert[][] = budgets.map(() => []);
  for (const seed of seeds)
    (await campaign(plan, calibrations, { seed, hours: 24 * days })).forEach((some, i) => alerts[i]?.push(...some));
  return budgets.map((budget, i) => ({
    name: `modes ${name}: normal days, budget ${budget}`,
    value: (alerts[i] ?? []).length / (seeds.length * days),
    unit: 'alerts/day',
    note: `${seeds.length * days} days; ${machines.map((machine) => `${(alerts[i] ?? []).filter((alert) => isAbout(alert, machine)).length} about ${machine.equipment}`).join(', ')}`,
    credits: creditsOf(name, budget, [], alerts[i] ?? []),
  }));
}

interface Told {
  readonly fault: string;
  readonly machine: Machine;
  /** ms, by detector, by budget. */
  readonly delays: readonly Delays[];
}

async function faultRows({ name, plan, calibrations }: Judge, { warmHours, faultyHours }: ModesScale): Promise<BenchRow[]> {
  const told: Told[] = [];
  for (const fault of faults) {
    const since = new Map<Machine, number>();
    const falsify = falsifying(machines, fault, startTime + warmHours * hourMs, since);
    const options = { seed: faultySeed, hours: warmHours + faultyHours, falsify };
    const byBudget = await campaign(plan, calibrations, options);
    for (const machine of machines) {
      const onset = since.get(machine) ?? Number.NaN;
      told.push({ fault: fault.name, machine, delays: byBudget.map((alerts) => delaysBy(alerts, machine, onset)) });
    }
  }
  return budgets.map((budget, i) => {
    const [real, chance] = [true, false].map((is) => told.filter(({ fault }) => (fault !== nothing) === is)) as [Told[], Told[]];
    const delays = real.map(({ delays: own }) => firstOf(own[i]));
    const found = delays.filter((delay) => delay !== undefined);
    const each = [...real, ...chance].map(
      ({ fault, machine, delays: own }) => `${machine.equipment} ${fault} ${minutes(firstOf(own[i]))}`,
    );
    return {
      name: `modes ${name}: faults in one mode, budget ${budget}`,
      value: (100 * found.length) / delays.length,
      unit: '% found',
      note: `${found.length} of ${delays.length}, median ${minutes(found.length === 0 ? undefined : median(found))}; ${each.join(', ')}`,
      credits: creditsOf(
        name,
        budget,
        real.map(({ fault, machine, delays: own }) => ({ what: `${machine.equipment} ${fault}`, delays: own[i] ?? {} })),
        [],
      ),
    };
  });
}

const creditsOf = (judge: string, budget: number, labelled: Credits['labelled'], falsely: readonly Alert[]): Credits[] => [
  { suite: `modes ${judge} ${budget}`, labelled, falsely: falsely.map(raisersOf) },
];
