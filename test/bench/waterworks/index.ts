import type { Alert } from '../../../src/core/alert.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import type { DetectionPlan } from '../../../src/detection/plan/plan.ts';
import { type Credits, type Delays, raisersOf } from '../ablation.ts';
import { type BenchRow, median } from '../row.ts';
import { campaign, delaysByDetector, inTime } from './campaign.ts';
import { learnWaterworks, waterworksPlan } from './plant.ts';
import { startTime } from '../../support/plants.ts';
import { comparedScenariosOf } from '../compared-scenarios.ts';

/** How much is learned and how much is judged. */
export interface WaterworksScale {
  readonly learnedDays: number;
  /** Plants that are judged; none of them is the one that was learned from. */
  readonly seeds: readonly number[];
  readonly days: number;
  /** Plants on which each scenario is played. */
  readonly scenarioSeeds: readonly number[];
}

const whole: WaterworksScale = { learnedDays: 3, seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], days: 7, scenarioSeeds: [1, 2, 3] };
const small: WaterworksScale = { learnedDays: 3, seeds: [1], days: 1, scenarioSeeds: [1] };

/** Alerts per day: 0.1, 0.5 and 1 per hour. */
const budgets = [2.4, 12, 24] as const;
const scanMs = 10_000;
const learnedSeed = 0x5eed;
/** A scenario begins at another hour of the day on each plant, this far apart. */
const hoursApart = 3;

/**
 * Alarms on normal days with ordinary acts of operators against the alarm budget, and detections at each budget. One calibration
 * gives the thresholds of all budgets, and each plant is simulated once.
 */
export async function benchWaterworks(
  quick = false,
  say: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<BenchRow[]> {
  const scale = quick ? small : whole;
  const plan = waterworksPlan(scanMs);
  say(`learning ${scale.learnedDays} days … `);
  const learned = await learnWaterworks(plan, learnedSeed, scale.learnedDays);
  const calibrations = budgets.map((budget) => learned.atBudget(budget));
  return [...(await normalDays(plan, calibrations, scale, say)), ...(await attacks(plan, calibrations, scale, say))];
}

async function normalDays(
  plan: DetectionPlan,
  calibrations: readonly Calibration[],
  { seeds, days }: WaterworksScale,
  say: (text: string) => void,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const kept = budgets.map(() => 0);
  for (const seed of seeds) {
    say(`seed ${seed} … `);
    const judged = await campaign(plan, calibrations, { seed, hours: 24 * days });
    say(`${judged.map((alerts) => (alerts.length / days).toFixed(1)).join(', ')} a day; `);
    judged.forEach((alerts, i) => {
      const perDay = alerts.length / days;
      if (perDay <= (budgets[i] as number)) kept[i] = (kept[i] as number) + 1;
      rows.push({
        name: `waterworks, budget ${budgets[i]}/day, seed ${seed}`,
        value: perDay,
        unit: 'alerts/day',
        note: wordsOf(alerts),
        credits: creditsOf(budgets[i] as number, [], alerts),
      });
    });
  }
  const summary = budgets.map((budget, i) => ({
    name: `waterworks, budget ${budget}/day`,
    value: kept[i] as number,
    unit: `of ${seeds.length} kept`,
    note: `${days} days each; ${calibrations[i]?.promise.text ?? ''}`,
  }));
  return [...summary, ...rows.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))];
}

async function attacks(
  plan: DetectionPlan,
  calibrations: readonly Calibration[],
  { scenarioSeeds }: WaterworksScale,
  say: (text: string) => void,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const scenario of comparedScenariosOf('waterworks').filter(seenWithoutTap)) {
    say(`${scenario.id} … `);
    const delays: Delays[][] = budgets.map(() => []);
    const raised: Alert[][] = budgets.map(() => []);
    for (const [i, seed] of scenarioSeeds.entries()) {
      const warmHours = 1 + i * hoursApart;
      const from = startTime + warmHours * 3_600_000;
      const hours = warmHours + scenario.durationS / 3_600;
      const judged = await campaign(plan, calibrations, { seed, hours, warmHours, scenario });
      judged.forEach((alerts, budget) => {
        delays[budget]?.push(delaysByDetector(scenario, alerts, from));
        raised[budget]?.push(...alerts.filter(({ raisedAt }) => raisedAt >= from));
      });
    }
    budgets.forEach((budget, i) => rows.push(...scenarioRows(scenario, budget, delays[i] ?? [], raised[i] ?? [])));
  }
  return rows;
}

/**
 * Median delay of a scenario's alert, and the share of alerts in time. The median is of the detected ones. @param told delays of
 * each play
 */
function scenarioRows(scenario: Scenario, budget: number, told: readonly Delays[], raised: readonly Alert[]): BenchRow[] {
  const { id, expect } = scenario;
  const plays = told.length;
  const name = `${id}, budget ${budget}/day`;
  if (expect === undefined)
    return [
      {
        name,
        value: raised.length / plays,
        unit: 'alerts',
        note: `nothing expected; ${wordsOf(raised)}`,
        credits: creditsOf(budget, [], raised),
      },
    ];
  const delays = told.map((of) => Math.min(...Object.values(of))).filter(Number.isFinite);
  const labelled = told.map((of) => ({ what: id, delays: inTime(scenario, of) }));
  return [
    { name, value: median(delays), unit: 's to alert', note: `detected in ${delays.length} of ${plays}; ${wordsOf(raised)}` },
    {
      name: `${name}, in time`,
      value: (100 * delays.filter((delay) => delay <= expect.withinS).length) / plays,
      unit: '% of plays',
      note: `${plays} plays, within ${expect.withinS} s`,
      credits: creditsOf(budget, labelled, []),
    },
  ];
}

const creditsOf = (budget: number, labelled: Credits['labelled'], falsely: readonly Alert[]): Credits[] => [
  { suite: `waterworks ${budget}`, labelled, falsely: falsely.map(raisersOf) },
];

/** Nothing is sent over sockets here, so that effects that only a tap can observe are left to the lab and its tests. */
const seenWithoutTap = ({ expect }: Scenario): boolean => expect?.finding.devices === undefined;

const mostNamed = 8;

/** Where alerts were and who raised them. */
const wordsOf = (alerts: readonly Alert[]): string =>
  alerts
    .slice(0, mostNamed)
    .map(({ area, equipment, findings }) => `${equipment || area}:${findings[0]?.detector ?? ''}`)
    .join(' ');
