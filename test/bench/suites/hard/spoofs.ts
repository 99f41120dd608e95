import type { Alert } from '../../../../src/core/alert.ts';
import { Random } from '../../../../src/core/random.ts';
import type { Scenario } from '../../../../src/core/scenario.ts';
import type { BenchRow } from '../../row.ts';
import { campaign, delayOf, delaysByDetector, inTime } from '../../waterworks/campaign.ts';
import { learnWaterworks, newWaterworks, waterworksPlan } from '../../waterworks/plant.ts';
import { startTime } from '../../../support/plants.ts';
import { falsifiedPoints, type Reach, reaches, showInstead } from './spoof.ts';
import { comparedScenariosOf } from '../../compared-scenarios.ts';

const seed = 101;
const donorSeed = 202;
const learningSeed = 0x5eed;
const warmHours = 1;
const hours = 4;
const hourMs = 3_600_000;

/** Attacks on the process whose effect the attacker hides; what only the wire shows is not hidden by readings. */
const hidden = comparedScenariosOf('waterworks').filter(
  ({ kind, expect }) => kind === 'attack' && expect?.finding.devices === undefined,
);

interface Spoof {
  readonly scenario: Scenario;
  readonly reach: Reach;
  readonly source: 'twin' | 'donor';
}

/** Attacks on the simulated waterworks that are hidden by consistent readings: found or not, where and how late. */
export async function spoofs(some: readonly Spoof[] = allSpoofs(), learningDays = 3): Promise<BenchRow[]> {
  const plan = waterworksPlan();
  const { calibration } = await learnWaterworks(plan, learningSeed, learningDays);
  const rows: BenchRow[] = [];
  for (const { scenario, reach, source } of some) {
    const from = startTime + warmHours * hourMs;
    const onset = from + Math.min(...scenario.steps.map(({ atS }) => atS)) * 1000;
    const other = await newWaterworks({ seed: source === 'twin' ? seed : donorSeed, startTime, life: 'ordinary' });
    const points = falsifiedPoints(other, scenario, reach);
    const noise = source === 'twin' ? undefined : new Random(seed).fork('donor');
    const falsify = showInstead(other, points, onset, noise);
    const [alerts = []] = await campaign(plan, [calibration], { seed, hours, warmHours, scenario, falsify });
    rows.push(rowOf({ scenario, reach, source }, points.length, alerts, onset, from));
  }
  return rows;
}

const allSpoofs = (): readonly Spoof[] =>
  hidden.flatMap((scenario) =>
    reaches.flatMap((reach) => (['twin', 'donor'] as const).map((source) => ({ scenario, reach, source }))),
  );

function rowOf(
  { scenario, reach, source }: Spoof,
  points: number,
  alerts: readonly Alert[],
  onset: number,
  from: number,
): BenchRow {
  const after = alerts.filter(({ raisedAt }) => raisedAt >= onset).toSorted((a, b) => a.raisedAt - b.raisedAt);
  const [first] = after;
  const rightly = delayOf(scenario, alerts, from);
  const delays = inTime(scenario, delaysByDetector(scenario, alerts, from));
  const where = after.slice(0, 4).map(({ equipment, findings }) => `${equipment}:${findings[0]?.detector ?? ''}`);
  return {
    name: `spoofed ${scenario.id}, ${reach} from a ${source}`,
    value: first === undefined ? Number.NaN : (first.raisedAt - onset) / 1000,
    unit: 's to any alert',
    note: `${points} points falsified; ${rightly === undefined ? 'not' : `after ${Math.round(rightly)} s`} at the right place; ${after.length} alerts: ${where.join(' ')}`,
    credits: [{ suite: 'spoofs', labelled: [{ what: scenario.id, delays }], falsely: [] }],
  };
}
