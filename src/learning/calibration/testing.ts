import { BatchBuilder } from '../../core/batch.ts';
import type { Channel, Detector, DetectorFactory, DetectorSnapshot, Report } from '../../core/detector.ts';
import type { Explanation } from '../../core/finding.ts';
import { joinGapMs, joinKey } from '../../core/join.ts';
import { type Observation, observeBatch } from '../../core/observation.ts';
import { Random } from '../../core/random.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import { createEngine } from '../../detection/engine/index.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';
import type { Calibration } from '../../detection/baseline/format.ts';

/** Tags of the test plant: the last one is constant. The first half is one area, the rest another. */
export const count = 6;
export const periodMs = 30_000;
export const dayMs = 86_400_000;

const areaOf = (tag: number): string => (tag < count / 2 ? 'a' : 'b');

export const tags = new TagTable(
  Array.from(
    { length: count },
    (_, i): Tag => ({
      name: `T${i}`,
      description: '',
      short: '',
      area: areaOf(i),
      equipment: `e${i}`,
      device: 'plc',
      kind: 'analog',
      role: 'measurement',
      unit: '',
      decimals: 1,
      scanMs: periodMs,
      address: undefined,
    }),
  ),
);

const channels: Channel[] = tags.tags.map(({ name, area, equipment }, i) => ({ key: name, tags: [i], area, equipment }));

/** Surprise = distance of a value from the learned mean in learned standard deviations, for any scale. */
export class Deviation implements Detector {
  readonly channels = channels;
  readonly phases: string[] = [];
  n = Array.from({ length: count }, () => 0);
  sum = Array.from({ length: count }, () => 0);
  square = Array.from({ length: count }, () => 0);
  learnedTimes: number[] = [];

  learn(observation: Observation): void {
    if (observation.kind === 'event' && observation.event.type === 'calibration') this.phases.push(observation.event.phase);
    if (observation.kind !== 'batch') return;
    const { batch } = observation;
    this.learnedTimes.push(batch.receiveTime[0] ?? 0);
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const value = batch.value[row] as number;
      this.n[tag] = (this.n[tag] ?? 0) + 1;
      this.sum[tag] = (this.sum[tag] ?? 0) + value;
      this.square[tag] = (this.square[tag] ?? 0) + value * value;
    }
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'batch') return;
    const { batch } = observation;
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const n = this.n[tag] ?? 0;
      const mean = (this.sum[tag] ?? 0) / n;
      const deviation = Math.sqrt(Math.max(0, (this.square[tag] ?? 0) / n - mean * mean));
      report(
        tag,
        batch.receiveTime[row] as number,
        deviation > 0 ? Math.abs((batch.value[row] as number) - mean) / deviation : 0,
      );
    }
  }

  explain(): Explanation {
    return { sentence: '', title: '', contributions: [], normalIf: '', techniques: [] };
  }

  snapshot(): DetectorSnapshot {
    const { n, sum, square, learnedTimes } = this;
    return { baseline: { n: [...n], sum: [...sum], square: [...square], learnedTimes: [...learnedTimes] }, running: null };
  }

  restore({ baseline }: DetectorSnapshot): void {
    Object.assign(this, structuredClone(baseline));
  }
}

const actMs = 1_800_000;

/**
 * Normal operation of the test plant, different for each seed.
 * @param actsPerDay operations per day: half an hour in which one tag has another value, each time more or less far
 */
export function* running(days: number, seed: number, actsPerDay = 0): Generator<Observation> {
  const random = new Random(seed);
  const act = { tag: 0, until: 0, size: 0 };
  for (let time = 0; time < days * dayMs; time += periodMs) {
    if (random.next() < (actsPerDay * periodMs) / dayMs)
      Object.assign(act, {
        tag: Math.floor(random.next() * (count - 1)),
        until: time + actMs,
        size: -2 * Math.log(random.next()),
      });
    const builder = new BatchBuilder('plc', count, false);
    for (let i = 0; i < count; i++) {
      // the last tag is constant, the others have different scales and heavy tails
      const noise = random.normal() * (random.next() < 0.02 ? 2 : 1);
      const moved = time < act.until && act.tag === i ? act.size : 0;
      builder.add(i, i === count - 1 ? 5 : 10 ** i * (noise + moved), 0, time, time);
    }
    yield observeBatch(builder.publish());
  }
}

export function factory(made: Deviation[] = []): DetectorFactory {
  return {
    name: 'deviation',
    plugin: { input: 'sample', passes: 1, threshold: 'statistical' },
    create: () => {
      const detector = new Deviation();
      made.push(detector);
      return detector;
    },
  };
}

export const optionsOf = (budgetPerDay: number, days = 3, seed = 1) => ({
  detectors: [factory()],
  source: () => running(days, seed),
  description: 'test',
  tags,
  groups: [],
  budgetPerDay,
});

/** Areas of the alerts that the manager would raise. */
export function alertsIn(calibration: Calibration, observations: Iterable<Observation>): string[] {
  const engine = createEngine({ ...applyCalibration(calibration, [factory()]), tags, groups: [] });
  const open = new Map<string, number>();
  const closedAt = new Map<string, number>();
  const alerts: string[] = [];
  for (const observation of observations)
    for (const { change, finding } of engine.observe(observation)) {
      const key = joinKey(finding);
      const still = open.get(key) ?? 0;
      if (change === 'begin') {
        if (still === 0 && finding.beganAt - (closedAt.get(key) ?? Number.NEGATIVE_INFINITY) > joinGapMs)
          alerts.push(finding.area);
        open.set(key, still + 1);
      } else if (change === 'end') {
        open.set(key, still - 1);
        closedAt.set(key, finding.endedAt ?? 0);
      }
    }
  return alerts;
}
