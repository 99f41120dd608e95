// Long: two days of every tag of three plants are simulated and judged.
/**
 * Each scenario states effects and an expected alert. The test beside each scenario checks its effects. This file plays each
 * scenario of the process under the baseline that the lab ships for its plant, at the shipped scan periods. On the waterworks it checks the
 * expected alert, its technique and the findings that the README names; on the other plants the expected alert, with the traffic on the
 * network. This shows that the shipped baselines are current.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { scoreScenario } from '../../src/core/scenario-score.ts';
import { plants } from '../../simulators/plants/index.ts';
import { robotCell } from '../../simulators/plants/robot-cell/index.ts';
import { substation } from '../../simulators/plants/substation/index.ts';
import { waterworks } from '../../simulators/plants/waterworks/index.ts';
import { scenarioOf, scenariosOf } from '../../simulators/scenarios/index.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { FindingChange } from '../../src/core/finding.ts';
import { fitsPlan } from '../../src/detection/baseline/fits.ts';
import { unwatchedIn } from '../../src/learning/baselines/unwatched.ts';
import { stageOf, startOf } from '../bench/incidents/index.ts';
import { playScenarios, type Stage } from '../bench/incidents/play.ts';
import { campaign } from '../bench/waterworks/campaign.ts';
import { startTime } from '../support/plants.ts';

const hourMs = 3_600_000;
/** Hours of normal operation before each scenario. */
const warmHours = 3;
const scenarios = scenariosOf(waterworks.type);
const { shipped } = waterworks;
/** Random seed of the plays of the other plants: those of `bench -- incidents --plant TYPE --speed 1 --seed 1`. */
const otherSeed = 1;
let stage: Stage;

beforeAll(async () => {
  stage = await stageOf(waterworks);
});

it.each(plants.filter((plant) => plant.shipped !== undefined))(
  'the shipped baseline of the plant $type fits the example configuration; otherwise run npm run lab:baseline',
  async (plant) => {
    const { plan: own, baseline: learned } = await stageOf(plant);
    expect(fitsPlan(learned, own)).toBe(true);
    const { channels, unwatched } = unwatchedIn(own, learned);
    expect(unwatched.length / channels).toBeLessThan(0.03);
    expect(unwatched.filter(({ cause }) => cause === 'no-baseline' || cause === 'no-threshold')).toEqual([]);
    expect(learned.calibration.promise).toMatchObject({ budgetPerDay: 2.4, promised: true });
  },
);

interface Play {
  readonly id: string;
  /** Seed of the plant, and hour of the day, UTC, at which the scenario starts: the levels of the tanks differ by it. */
  readonly seed: number;
  readonly hour: number;
  /** Findings that the README of the scenario names: detector, tag, and seconds after the first step. */
  readonly findings: readonly (readonly [detector: string, tag: string, withinS: number])[];
  /** Alarm record by which an alert must sound, and seconds after the first step; no other record may match. */
  readonly sounds?: readonly [record: string, withinS: number];
}

const plays: readonly Play[] = [
  {
    id: 'chlorine-setpoint',
    seed: 2,
    hour: 13,
    findings: [['range', 'CL.SP', 60]],
    sounds: ['DISINFECTION-LOST', 60],
  },
  {
    id: 'clearwell-flat',
    seed: 3,
    hour: 16,
    findings: [
      ['rate', 'CW.LT01', 60],
      ['frozen', 'CW.LT01', 300],
      ['relations', 'CW.LT02', 300],
      ['noise', 'CW.LT01', 900],
    ],
    sounds: ['LEVEL-UNTRUSTED', 300],
  },
  {
    id: 'pumps-stopped',
    seed: 1,
    hour: 10,
    findings: [
      ['counter', 'PLC1.SEQ', 60],
      ['interlock', 'PS.P1.RUN', 900],
    ],
    sounds: ['PUMPS-STOPPED', 60],
  },
  { id: 'replay-valve', seed: 6, hour: 1, findings: [['replay', 'DN.FT.LOW', 900]] },
  { id: 'operator-setpoint', seed: 2, hour: 13, findings: [] },
  { id: 'analyser-calibration', seed: 3, hour: 16, findings: [] },
];

/** Scenarios that are played with the traffic on the network, as those of the substation. */
const withTraffic = [
  'reports-blocked',
  'tank-overfill',
  'alarms-hidden',
  'pumps-hunting',
  'gauge-toggled',
  'insider-night',
  'hmi-takeover',
  'plc-restarts',
  'level-dead',
  'pressure-stuck',
  'pressure-noisy',
  'tank-leaks',
  'filters-fouled',
  'pump-worn',
  'on-call-setpoint',
  'planned-restart',
];

it('plays every scenario that acts on the process', () => {
  const changing = ['plant', 'modbus-write', 'modbus-restart', 'opcua-write'];
  const onProcess = scenarios.filter(({ steps }) => steps.some(({ act }) => changing.includes(act.type)));
  const played = [...plays.map(({ id }) => id), ...withTraffic];
  expect(onProcess.map(({ id }) => id).toSorted()).toEqual(played.toSorted());
});

it.each(withTraffic)('$0 is alerted as its README states', async (id) => {
  const scenario = scenarios.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
  const startedAt = startOf(id, 1, scenario.hours);
  const { alerts, endedAt } = await playScenarios(stage, [scenario], { speed: 1, seed: 1, startedAt });
  if (scenario.kind === 'benign') {
    expect(titlesOf(alerts)).toEqual([]);
    return;
  }
  const score = scoreScenario(scenario, startedAt, alerts, endedAt);
  expect(score.detected).toBe(true);
  expect(score.afterMs).toBeLessThanOrEqual(score.withinMs ?? Number.NaN);
});

it('planned-restart is alerted without its work order', async () => {
  const { maintenance: _works, ...scenario } = scenarioOf('planned-restart');
  const startedAt = startOf(scenario.id, 1, scenario.hours);
  const { alerts } = await playScenarios(stage, [scenario], { speed: 1, seed: 1, startedAt });
  expect(alerts.map(({ equipment }) => equipment)).toContain('PLC1');
});

it('reports-blocked sounds because the values are stale, and is at most two incidents', async () => {
  const scenario = scenarioOf('reports-blocked');
  const startedAt = startOf(scenario.id, 2, scenario.hours);
  const { alerts } = await playScenarios(stage, [scenario], { speed: 1, seed: 2, startedAt });
  const stale = alerts.find(({ rationale }) => rationale?.record === 'DATA-STOPPED');
  expect(stale).toMatchObject({ device: 'rtu2', title: 'rtu2 does not answer' });
  expect((stale?.raisedAt ?? Number.NaN) - startedAt).toBeLessThanOrEqual(120_000);
  expect(new Set(alerts.map(({ incident }) => incident)).size).toBeLessThanOrEqual(2);
});

/** Alerts in the hours of all plays that have nothing to do with the scenario. */
const unrelated: string[] = [];

it.each(plays)('$id is alerted as it states', async ({ id, seed, hour, findings, sounds }) => {
  const scenario = scenarios.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
  const from = startTime - (startTime % (24 * hourMs)) + hour * hourMs;
  const to = from + scenario.durationS * 1_000;
  const begin = from - warmHours * hourMs;
  const span = { seed, from: begin, warmHours, hours: (to - begin) / hourMs, season: shipped?.season };
  const { plan, baseline, records } = stage;
  const rationalised = (change: FindingChange): FindingChange => records.rationalised(change);
  const [judged = []] = await campaign(plan, [baseline.calibration], { ...span, scenario, rationalised });
  const raised = judged.filter(({ raisedAt }) => raisedAt >= from);
  const score = scoreScenario(scenario, from, raised, to);
  unrelated.push(...titlesOf(raised.filter((alert) => !score.counted.includes(alert))));
  if (scenario.kind === 'benign') {
    expect(titlesOf(raised)).toEqual([]);
    return;
  }
  expect(score).toMatchObject({ detected: true, techniqueRight: true });
  expect(score.afterMs).toBeLessThanOrEqual(score.withinMs ?? Number.NaN);
  const begun = from + Math.min(...scenario.steps.map(({ atS }) => atS)) * 1_000;
  const seen = raised.flatMap((alert) => alert.findings);
  const alarms = raised.filter(({ rationale }) => rationale !== undefined);
  expect([...new Set(alarms.map(({ rationale }) => rationale?.record))]).toEqual(sounds === undefined ? [] : [sounds[0]]);
  for (const { priority, response } of alarms)
    expect([priority, response]).toEqual([expect.any(Number), expect.stringMatching(/.\n./)]);
  if (sounds !== undefined) expect(((alarms[0]?.raisedAt ?? Number.NaN) - begun) / 1_000).toBeLessThanOrEqual(sounds[1]);
  for (const [detector, tag, withinS] of findings) {
    const found = seen.filter((finding) => finding.detector === detector && finding.tags.includes(tag));
    const afterS = Math.min(...found.map(({ beganAt }) => (beganAt - begun) / 1_000));
    expect(afterS, `seconds until ${detector} finds ${tag}`).toBeLessThanOrEqual(withinS);
  }
});

it('at most one other alert is raised: the budget of 2.4 a day lets expect 0.6 in these six hours', () => {
  expect(unrelated.length, unrelated.join(', ')).toBeLessThanOrEqual(1);
});

describe.each([substation, robotCell])('the $type', (plugin) => {
  /** Titles of alerts that have nothing to do with their scenario. */
  const beside: string[] = [];
  let own: Stage;
  beforeAll(async () => {
    own = await stageOf(plugin);
  });

  it.each(scenariosOf(plugin.type))('$id is alerted as its README states', async (scenario) => {
    const startedAt = startOf(scenario.id, otherSeed, scenario.hours);
    const { alerts, endedAt } = await playScenarios(own, [scenario], { speed: 1, seed: otherSeed, startedAt });
    const score = scoreScenario(scenario, startedAt, alerts, endedAt);
    if (scenario.kind === 'benign') expect(titlesOf(alerts)).toEqual([]);
    else expect(score.detected).toBe(true);
    expect(score.afterMs ?? 0).toBeLessThanOrEqual(score.withinMs ?? 0);
    beside.push(...titlesOf(alerts.filter((alert) => !score.counted.includes(alert))));
  });

  it('raises at most two alerts beside these', () => {
    expect(beside.length, beside.join(', ')).toBeLessThanOrEqual(2);
  });
});

const titlesOf = (alerts: readonly Alert[]): readonly string[] => alerts.map(({ title, device = '' }) => `${device} ${title}`);
