import { record } from '../../../src/learning/job/record.ts';
import { type DetectionPlan, detectorFactories } from '../../../src/detection/plan/plan.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { type Tag, TagTable } from '../../../src/core/tag.ts';
import { calibrateDetectors } from '../../../src/learning/calibration/index.ts';
import { defaultGroups } from '../../../src/detection/plan/groups.ts';
import { type Credits, type Delays, delaysOf, raisersOf } from '../ablation.ts';
import { metByChance } from '../faults.ts';
import type { BenchRow } from '../row.ts';
import { campaign } from '../waterworks/campaign.ts';
import { waterworksPlan } from '../waterworks/plant.ts';
import { startTime } from '../../support/plants.ts';
import { type Case, cases, seed } from './cases.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';

/** How much is learned and judged. */
interface LeaksScale {
  readonly learnedDays: number;
  /** Plants whose normal days are judged, and how many days. */
  readonly seeds: readonly number[];
  readonly days: number;
  readonly cases: readonly Case[];
}

const whole: LeaksScale = { learnedDays: 10, seeds: [1, 2, 3], days: 4, cases };
const small: LeaksScale = { learnedDays: 3, seeds: [1], days: 1, cases: cases.filter((_, i) => i % 6 === 2) };

/** Slow effects: one sample per minute is enough. */
const scanMs = 60_000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Hours before each, and hours of it. */
const [warmHours, wrongHours] = [6, 24];
const budgets = [2.4, 24] as const;
const learnedSeed = 0x5eed;
const kinds = ['leak', 'theft', 'meter', 'attacker'] as const;

/** One group: levels, their inflows and outflows, and related pumps and pressures. */
const watched = ({ name, equipment }: Tag): boolean =>
  ['CW', 'PS', 'BW', 'T1', 'T2', 'T3', 'DN', 'PRV1', 'B1', 'B2'].includes(equipment) ||
  /^FL\d\.FT$|^PS\.P\d\.(RUN|SPD)$/.test(name);

/** When each detector first told of a case at the right place, ms after its onset, by budget. */
interface Told {
  readonly of: Case;
  readonly delays: readonly Delays[];
}

/**
 * Water that vanishes, meters that read falsely and levels that are shown falsely but plausibly: what only the books of a plant tell. All
 * default detectors on one calibration; what is found in the same hours of the same plant without anything wrong is not counted.
 */
export async function benchLeaks(
  quick = false,
  say: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<BenchRow[]> {
  const scale = quick ? small : whole;
  const works = waterworksPlan(scanMs);
  const tags = new TagTable(works.tags.filter(watched));
  const plan = { ...works, tags: tags.tags, groups: defaultGroups(tags, scanMs) };
  say(`learning ${scale.learnedDays} days … `);
  const calibrations = await learn(plan, tags, scale.learnedDays);
  const normal = await normalDays(plan, calibrations, scale);
  const hours = warmHours + wrongHours;
  const onset = startTime + warmHours * hourMs;
  const calm = await campaign(plan, calibrations, { seed, hours });
  const told: Told[] = [];
  const byChance: Told[] = [];
  for (const of of scale.cases) {
    say(`${of.what} … `);
    const alerts = await campaign(plan, calibrations, { seed, hours, falsify: await of.begin(onset) });
    const usual = calm.map((some) => delaysAt(of, some, onset));
    byChance.push({ of, delays: usual });
    told.push({ of, delays: alerts.map((some, i) => without(delaysAt(of, some, onset), usual[i] ?? {})) });
  }
  return budgets.flatMap((budget, i) => rowsOf(budget, i, told, byChance, normal[i] ?? [], scale, tags.size));
}

async function learn(plan: DetectionPlan, tags: TagTable, days: number): Promise<Calibration[]> {
  const source = { type: 'simulate', plant: 'waterworks', seed: learnedSeed } as const;
  const { recording } = await record({ ...source, from: startTime - days * dayMs, to: startTime }, tags, () => {});
  const { atBudget } = await calibrateDetectors({
    detectors: detectorFactories(plan),
    source: () => recording,
    description: 'days of the waterworks',
    tags,
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  });
  return budgets.map((budget) => atBudget(budget));
}

/** Alerts on normal days, by budget. */
async function normalDays(
  plan: DetectionPlan,
  calibrations: readonly Calibration[],
  { seeds, days }: LeaksScale,
): Promise<Alert[][]> {
  const all: Alert[][] = budgets.map(() => []);
  for (const one of seeds)
    (await campaign(plan, calibrations, { seed: one, hours: 24 * days })).forEach((some, i) => all[i]?.push(...some));
  return all;
}

const delaysAt = ({ tags }: Case, alerts: readonly Alert[], onset: number): Delays =>
  delaysOf(
    alerts.flatMap(({ findings }) =>
      findings.filter((finding) => tags === undefined || finding.tags.some((tag) => tags.includes(tag))),
    ),
    onset,
  );

/** Without the detectors that would have told anyhow. */
const without = (delays: Delays, usual: Delays): Delays =>
  Object.fromEntries(Object.entries(delays).filter(([detector]) => usual[detector] === undefined));

function rowsOf(
  budget: number,
  i: number,
  told: readonly Told[],
  byChance: readonly Told[],
  normal: readonly Alert[],
  { seeds, days }: LeaksScale,
  tags: number,
): BenchRow[] {
  const suffix = `, budget ${budget}`;
  const perDay = normal.length / (seeds.length * days);
  const alone = told.filter(({ delays }) => Object.keys(delays[i] ?? {}).join() === 'balance');
  const labelled = told.map(({ of, delays }) => ({ what: of.what, delays: delays[i] ?? {} }));
  const credits: Credits[] = [{ suite: `leaks ${budget}`, labelled, falsely: normal.map(raisersOf) }];
  return [
    ...kinds.flatMap((kind): BenchRow[] => {
      const some = told.filter(({ of }) => of.kind === kind);
      const note = some.map(({ of, delays }) => `${of.what}: ${wordsOf(delays[i] ?? {})}`).join('; ');
      return some.length === 0 ? [] : [{ name: `leaks: ${kind}${suffix}`, value: shareFound(some, i), unit: '% found', note }];
    }),
    {
      name: `leaks: found by balance alone${suffix}`,
      value: alone.length,
      unit: `of ${told.length}`,
      note: alone.map(({ of }) => of.what).join('; '),
    },
    {
      name: `leaks: normal days${suffix}`,
      value: perDay,
      unit: 'alerts/day',
      note: `${seeds.length * days} days; ${[...Map.groupBy(normal, (alert) => raisersOf(alert).join('+'))].map(([who, some]) => `${who} ${some.length}`).join(', ')}`,
      credits,
    },
    {
      name: `leaks: nothing wrong${suffix}`,
      value: shareFound(byChance, i),
      unit: '% found',
      note: `at the same places in the same ${wrongHours} hours, not counted above`,
    },
    {
      name: `leaks: random${suffix}`,
      value: metByChance((perDay * wrongHours) / 24, tags),
      unit: '% found',
      note: 'as many alerts as on normal days, on any tag; never finds none, always all with an alert each minute',
    },
  ];
}

const shareFound = (told: readonly Told[], i: number): number =>
  (100 * told.filter(({ delays }) => Object.keys(delays[i] ?? {}).length > 0).length) / told.length;

/** Who told, and after how many hours, the first first. */
const wordsOf = (delays: Delays): string =>
  Object.entries(delays)
    .toSorted(([, a], [, b]) => a - b)
    .map(([detector, delay]) => `${detector} ${(delay / hourMs).toFixed(1)} h`)
    .join(' ') || '–';
