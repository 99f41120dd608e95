import { headlessObservations } from '../../simulators/lab/headless.ts';
import { detectorFactories } from '../../src/detection/plan/plan.ts';
import type { Batch } from '../../src/core/batch.ts';
import type { Finding } from '../../src/core/finding.ts';
import { observeBatch } from '../../src/core/observation.ts';
import type { Plant } from '../../src/core/plant.ts';
import { TagTable } from '../../src/core/tag.ts';
import { calibrateDetectors } from '../../src/learning/calibration/index.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { defaultGroups } from '../../src/detection/plan/groups.ts';
import { Recording } from '../../src/learning/job/recording.ts';
import { delaysOf } from './ablation.ts';
import type { BenchRow } from './row.ts';
import { newWaterworks, waterworksPlan } from './waterworks/plant.ts';
import { thresholdsOf } from '../../src/detection/baseline/apply.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const scanMs = 60_000;
const learnedDays = 21;
const calmDays = 7;
/** L/s that are drawn off unmeasured, one night each. By day the zone takes 30 more than at night. */
const drawn = [1, 2, 4, 8];
/** From one to five: the network is quiet, and leakage is looked for. */
const [fromHour, toHour] = [1, 5];
const start = Date.UTC(2026, 10, 23);

/** What shows the low zone and what feeds it. */
const watched = [
  'DN.FT.MAIN',
  'DN.FT.LOW',
  'DN.FT.HIGH',
  'DN.PT.J5',
  'DN.PT.J8',
  'DN.PT.L1',
  'DN.PT.L4',
  'PRV1.PI',
  'PRV1.POS',
  'T1.LT',
  'T1.FT',
  'T2.LT',
  'T2.FT',
  'PS.FT01',
  'PS.PT02',
  'PS.P1.RUN',
  'PS.P2.RUN',
  'PS.P3.RUN',
];
const ofZone = ['DN.FT.LOW', 'DN.PT.L1', 'DN.PT.L4', 'PRV1.PI', 'PRV1.POS'];

const nightOf = (play: number): { readonly from: number; readonly to: number } => {
  const midnight = start + (calmDays + play) * dayMs;
  return { from: midnight + fromHour * hourMs, to: midnight + toHour * hourMs };
};

/** Opens and shuts the tap of each night. */
function drawOff(plant: Plant): void {
  drawn.forEach((value, play) => {
    const { from, to } = nightOf(play);
    if (plant.time === from) plant.act({ type: 'act', name: 'draw-off', value });
    if (plant.time === to) plant.act({ type: 'act', name: 'draw-off', value: 0 });
  });
}

/** Water drawn off at night, which by day would be normal: what hears of it, and how soon. */
export async function benchNight(): Promise<BenchRow[]> {
  const whole = waterworksPlan(scanMs);
  const tags = new TagTable(whole.tags.filter(({ name }) => watched.includes(name)));
  const plan = { ...whole, tags: tags.tags, groups: defaultGroups(tags, scanMs) };
  const learned = new Recording();
  for (const batch of await run(tags, 7, start - learnedDays * dayMs, start)) learned.append(batch);
  const { calibration, detectors } = await calibrateDetectors({
    detectors: detectorFactories(plan),
    source: () => learned,
    description: 'weeks of the waterworks',
    tags,
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
  });
  const engine = createEngine({
    detectors,
    thresholds: thresholdsOf(calibration),
    states: calibration.states,
    tags,
    groups: plan.groups,
  });
  const findings: Finding[] = [];
  for (const batch of await run(tags, 11, start, start + (calmDays + drawn.length) * dayMs, drawOff))
    for (const { change, finding } of engine.observe(observeBatch(batch))) if (change === 'begin') findings.push(finding);
  return rowsOf(findings);
}

async function run(
  tags: TagTable,
  seed: number,
  from: number,
  to: number,
  onSecond?: (plant: Plant) => void,
): Promise<Iterable<Batch>> {
  const plant = await newWaterworks({ seed, startTime: from, life: 'ordinary' });
  return headlessObservations({ plant, tags, from, to, ...(onSecond === undefined ? {} : { onSecond }) });
}

function rowsOf(findings: readonly Finding[]): BenchRow[] {
  const falsely = findings.filter(({ beganAt }) => beganAt < start + calmDays * dayMs);
  const calm = falsely.filter(({ detector }) => detector === 'profile');
  return [
    {
      name: 'night: findings of profile on normal days',
      value: calm.length / calmDays,
      unit: 'a day',
      note: `${calmDays} days of another plant`,
      credits: [{ suite: 'night', labelled: [], falsely: falsely.map(({ detector }) => [detector]) }],
    },
    ...drawn.flatMap((value, play): BenchRow[] => {
      const { from, to } = nightOf(play);
      const heard = findings.filter(
        ({ beganAt, tags }) => beganAt >= from && beganAt < to && tags.some((tag) => ofZone.includes(tag)),
      );
      const name = `night: ${value} L/s drawn off`;
      const others = [...new Set(heard.flatMap(({ detector }) => (detector === 'profile' ? [] : [detector])))];
      const [own] = heard.filter(({ detector }) => detector === 'profile');
      const note = [own?.explanation.sentence ?? 'not heard by profile', `also: ${others.join(', ') || 'no other'}`].join(' ');
      const credits = [{ suite: 'night', labelled: [{ what: `${value} L/s`, delays: delaysOf(heard, from) }], falsely: [] }];
      return [{ name, value: own === undefined ? 0 : 100, unit: '% found', note: `${delayOf(own, from)}${note}`, credits }];
    }),
  ];
}

const delayOf = (finding: Finding | undefined, from: number): string =>
  finding === undefined ? '' : `after ${Math.round((finding.beganAt - from) / 60_000)} min: `;
