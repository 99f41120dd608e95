import { detectors } from '../../../detectors/index.ts';
import { headlessObservations } from '../../../simulators/lab/headless.ts';
import { detectorFactories } from '../../../src/detection/plan/plan.ts';
import { rateOf, trivialAlarms, trivialNames } from '../../../src/tools/backtest/trivial.ts';
import type { Batch } from '../../../src/core/batch.ts';
import { observeBatch } from '../../../src/core/observation.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { calibrateDetectors } from '../../../src/learning/calibration/index.ts';
import { createEngine } from '../../../src/detection/engine/index.ts';
import { defaultGroups } from '../../../src/detection/plan/groups.ts';
import { Recording } from '../../../src/learning/job/recording.ts';
import type { BenchRow } from '../row.ts';
import { newWaterworks, waterworksPlan } from '../waterworks/plant.ts';
import { startTime } from '../../support/plants.ts';
import { type Falsification, falsified, type Window } from './falsified.ts';
import { thresholdsOf } from '../../../src/detection/baseline/apply.ts';

/** Tags of the waterworks that are watched: few, so that every detector is judged within seconds. */
const watched = [
  'RW.FT01',
  'RW.LT01',
  'RW.TE01',
  'CL.AT01',
  'CW.LT01',
  'T1.LT',
  'T1.FT',
  'T2.LT',
  'T2.FT',
  'DN.FT.MAIN',
  'DN.PT.J5',
  'PS.P1.RUN',
  'PS.P2.RUN',
  'PS.P3.RUN',
];

/** One signal falsified as each detector is there to tell. */
export const falsifications: Readonly<Record<string, Falsification>> = {
  limits: { tags: ['CW.LT01'], reading: () => 4.4 },
  range: { tags: ['DN.PT.J5'], reading: ({ value }) => value + 25 },
  frozen: { tags: ['RW.FT01'], reading: ({ held }) => held },
  // stood still throughout the day that was learned: a state never seen, and too many changes
  discrete: { tags: ['PS.P1.RUN'], reading: ({ second }) => (second >> 1) % 2 },
  relations: { tags: ['T1.FT', 'T2.FT', 'DN.FT.MAIN'], reading: ({ value }) => 20 - value },
  balance: { tags: ['T2.LT'], reading: ({ held }) => held },
  missing: { tags: ['T1.LT'], reading: () => Number.NaN },
  replay: { tags: ['RW.FT01', 'T1.FT', 'T2.FT', 'DN.FT.MAIN'], reading: ({ hourAgo }) => hourAgo },
};

const hourMs = 3_600_000;
const learnedHours = 24;
const judgedHours = 3;
/** Windows of falsification: each as long, after a quiet beginning and with as long a pause after it. */
const windowMs = 600_000;
const windows: readonly Window[] = [1, 1.5, 2, 2.5].map((hour) => {
  const from = startTime + hour * hourMs;
  return { from, to: from + windowMs };
});
/** More than the few hours of learning need to promise it. */
const budgetPerDay = 24;

/** Youden's index of seconds in alarm: the share of falsified ones less the share of genuine ones. */
function youden(alarm: Uint8Array): number {
  const counts = { hits: 0, falsely: 0, falsified: 0, genuine: 0 };
  alarm.forEach((alarmed, second) => {
    const time = startTime + second * 1_000;
    const isFalsified = windows.some(({ from, to }) => time >= from && time < to);
    counts[isFalsified ? 'falsified' : 'genuine']++;
    if (alarmed === 1) counts[isFalsified ? 'hits' : 'falsely']++;
  });
  return counts.hits / counts.falsified - counts.falsely / counts.genuine;
}

async function polls(tags: TagTable): Promise<Batch[]> {
  const from = startTime - learnedHours * hourMs;
  const plant = await newWaterworks({ seed: 7, startTime: from, life: 'ordinary' });
  return [...headlessObservations({ plant, tags, from, to: startTime + judgedHours * hourMs })];
}

/** Each detector alone on the waterworks while one signal reads falsely, and detectors that do not look beside. */
export async function benchAlone(): Promise<BenchRow[]> {
  const whole = waterworksPlan();
  const wanted = new Set(watched);
  const tags = new TagTable(whole.tags.filter(({ name }) => wanted.has(name)));
  const plan = { ...whole, tags: tags.tags, groups: defaultGroups(tags, 10_000) };
  const learned = new Recording();
  const judged: Batch[] = [];
  for (const batch of await polls(tags)) {
    if ((batch.receiveTime[0] ?? Number.NaN) <= startTime) learned.append(batch);
    else judged.push(batch);
  }
  const rows: BenchRow[] = [];
  let lastAlarm = new Uint8Array();
  for (const { type } of detectors) {
    const falsification = falsifications[type];
    if (falsification === undefined) continue;
    const factories = detectorFactories({ ...plan, detectors: plan.detectors.filter((entry) => entry.type === type) });
    const { calibration, detectors: own } = await calibrateDetectors({
      detectors: factories,
      source: () => learned,
      description: 'hours of the waterworks',
      tags,
      groups: plan.groups,
      budgetPerDay,
      folds: 3,
    });
    const engine = createEngine({ detectors: own, thresholds: thresholdsOf(calibration), tags, groups: plan.groups });
    const alarm = new Uint8Array(judgedHours * 3_600);
    for (const batch of falsified(judged, tags, windows, falsification)) {
      engine.observe(observeBatch(batch));
      const second = Math.floor(((batch.receiveTime[0] ?? startTime) - startTime) / 1_000);
      alarm[second] = engine.open().length > 0 ? 1 : 0;
    }
    lastAlarm = alarm;
    rows.push({
      name: `alone: ${type}`,
      value: round(youden(alarm)),
      unit: 'J',
      note: `${falsification.tags.join(', ')} read falsely`,
    });
  }
  const trivial = trivialAlarms(lastAlarm.length, rateOf(lastAlarm));
  return [...rows, ...trivialNames.map((name) => ({ name: `alone: ${name}`, value: round(youden(trivial[name])), unit: 'J' }))];
}

const round = (value: number): number => Number(value.toFixed(4));
