import { record } from '../../../src/learning/job/record.ts';
import { type DetectionPlan, detectorFactories } from '../../../src/detection/plan/plan.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { type Calibrated, calibrateNow } from '../../../src/learning/calibration/index.ts';
import type { Recording } from '../../../src/learning/job/recording.ts';
import { type BenchRow, median } from '../row.ts';
import { campaign, delayOf } from './campaign.ts';
import { waterworksPlan } from './plant.ts';
import { startTime } from '../../support/plants.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import { comparedScenariosOf } from '../compared-scenarios.ts';

/** How much is learned and judged. */
export interface WeeksScale {
  /** Days of the same running that each calibration learns, the last ones before the judged plants start; ascending. */
  readonly learnedDays: readonly number[];
  /** Plants that are judged, and for how long. */
  readonly seeds: readonly number[];
  readonly days: number;
  /** How often each scenario is played, each on a plant of its own. */
  readonly plays: number;
}

const whole: WeeksScale = { learnedDays: [3, 10, 30], seeds: [1, 2], days: 2, plays: 1 };
const small: WeeksScale = { learnedDays: [1, 2], seeds: [1], days: 1, plays: 1 };

/** Polled less often than elsewhere: a month is learned in minutes. */
const scanMs = 60_000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const budgets = [2.4, 12, 24] as const;
const learnedSeed = 0x5eed;
/** The expected findings that are possible without a tap. */
const attacks = comparedScenariosOf('waterworks').filter(
  ({ expect }) => expect !== undefined && expect.finding.devices === undefined,
);

/**
 * What more days of normal operation bring: one plant is recorded, and calibrations of its last days, ever more of them, are judged on
 * the same other plants: budgets promised, alerts a day on normal days, attacks found in time and how soon.
 */
export async function benchWeeks(
  quick = false,
  say: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<BenchRow[]> {
  const scale = quick ? small : whole;
  const plan = waterworksPlan(scanMs);
  const most = Math.max(...scale.learnedDays);
  say(`simulating ${most} days … `);
  const source = {
    type: 'simulate' as const,
    plant: 'waterworks',
    seed: learnedSeed,
    from: startTime - most * dayMs,
    to: startTime,
  };
  const { recording } = await record(source, new TagTable(plan.tags), () => {});
  const rows: BenchRow[] = [];
  for (const days of scale.learnedDays) {
    say(`learning ${days} days … `);
    const learned = learnLast(plan, recording, days);
    const calibration = learned.atBudget(budgets[0]);
    rows.push(promisedRow(days, learned), await normalRow(days, plan, calibration, scale));
    rows.push(...(await attackRows(days, plan, calibration, scale)));
  }
  return rows;
}

function learnLast(plan: DetectionPlan, recording: Recording, days: number): Calibrated {
  const from = startTime - days * dayMs;
  function* last() {
    for (const observation of recording)
      if (observation.kind === 'batch' && (observation.batch.receiveTime[0] ?? 0) >= from) yield observation;
  }
  const options = {
    detectors: detectorFactories(plan),
    source: last,
    description: `${days} days`,
    tags: new TagTable(plan.tags),
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  };
  return calibrateNow(options, last);
}

function promisedRow(days: number, learned: Calibrated): BenchRow {
  const promises = budgets.map((budget) => learned.atBudget(budget).promise);
  return {
    name: `weeks: ${days} days learned, budgets promised`,
    value: promises.filter(({ promised }) => promised).length,
    unit: `of ${budgets.length}`,
    note: promises
      .map(({ budgetPerDay, achievedPerDay }) => `${budgetPerDay}: ${achievedPerDay.toFixed(1)} a day on parts kept out`)
      .join('; '),
  };
}

async function normalRow(days: number, plan: DetectionPlan, calibration: Calibration, scale: WeeksScale): Promise<BenchRow> {
  const perDay: number[] = [];
  for (const seed of scale.seeds) {
    const [alerts = []] = await campaign(plan, [calibration], { seed, hours: 24 * scale.days });
    perDay.push(alerts.length / scale.days);
  }
  return {
    name: `weeks: ${days} days learned, normal days`,
    value: perDay.reduce((sum, one) => sum + one, 0) / perDay.length,
    unit: 'alerts/day',
    note: `budget ${budgets[0]}; ${scale.seeds.length} plants of ${scale.days} days each`,
  };
}

async function attackRows(
  days: number,
  plan: DetectionPlan,
  calibration: Calibration,
  { plays }: WeeksScale,
): Promise<BenchRow[]> {
  const told: { readonly scenario: Scenario; readonly delays: readonly number[] }[] = [];
  for (const scenario of attacks) {
    const delays: number[] = [];
    for (let play = 0; play < plays; play++) {
      const warmHours = 1 + 3 * play;
      const hours = warmHours + scenario.durationS / 3_600;
      const [alerts = []] = await campaign(plan, [calibration], { seed: 11 + play, hours, warmHours, scenario });
      delays.push(delayOf(scenario, alerts, startTime + warmHours * hourMs) ?? Number.POSITIVE_INFINITY);
    }
    told.push({ scenario, delays });
  }
  const all = told.flatMap(({ delays }) => delays);
  const inTime = told.flatMap(({ scenario: { expect }, delays }) => delays.filter((delay) => delay <= (expect?.withinS ?? 0)));
  const found = all.filter(Number.isFinite);
  const budget = `budget ${budgets[0]}`;
  return [
    {
      name: `weeks: ${days} days learned, attacks found in time`,
      value: (100 * inTime.length) / all.length,
      unit: '% of plays',
      note: `${budget}; ${attacks.length} scenarios, ${plays} plays each; found at all ${found.length} of ${all.length}`,
    },
    {
      name: `weeks: ${days} days learned, delay`,
      value: median(found),
      unit: 's to alert',
      note: `median of those found; ${told.map(({ scenario: { id }, delays }) => `${id} ${delays.join('/')}`).join(', ')}`,
    },
  ];
}
