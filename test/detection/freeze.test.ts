import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { detectorFactories, type DetectionPlan, pluginOf } from '../../src/detection/plan/plan.ts';
import type { FindingChange } from '../../src/core/finding.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { TagTable } from '../../src/core/tag.ts';
import { createFollowingEngine, type FollowingEngine } from '../../src/detection/following/index.ts';
import { batchOf, tagOf, wave } from '../support/detectors.ts';

/** Two levels of one tank, the second with a limit, and the level of another tank on another device. */
const tags = [
  tagOf('LT01', { equipment: 'TK1' }),
  tagOf('LT02', { equipment: 'TK1', limits: { high: 4 } }),
  tagOf('LT03', { equipment: 'TK2', device: 'PLC-2' }),
];
const [first, second, other] = [0, 1, 2];
const usual = wave(8_000, 1, { period: 700 });
/** A value outside of normal operation for every tag. */
const wrong = 4.9;

/** A deviation of a stream: value `wrong` from one second to another. Undefined: no value. */
interface Odd {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
  readonly value: number | undefined;
}

/** Seconds `from` to `to` of the plant, with one batch of each device per second. */
function* plant(from: number, to: number, ...odd: readonly Odd[]): Generator<Observation> {
  for (let s = from; s < to; s++) {
    const valueOf = (tag: number): number | undefined => {
      const now = odd.find((one) => one.tag === tag && s >= one.from && s < one.to);
      return now === undefined ? usual[(s + 100 * tag) % usual.length] : now.value;
    };
    for (const device of [[first, second], [other]]) {
      const samples = device.flatMap((tag) => {
        const value = valueOf(tag);
        return value === undefined ? [] : [{ tag, time: 1_000 * s, value }];
      });
      if (samples.length > 0) yield observeBatch(batchOf(samples, tags[device[0] as number]?.device));
    }
  }
}

const goesWrong = (tag: number, from: number, to: number): Odd => ({ tag, from, to, value: wrong });

/** An engine without a calibration, so that `novelty` learns while it judges. */
function engineOf(settleS = 3_600, of = tags): FollowingEngine {
  const plan: DetectionPlan = {
    tags: of,
    groups: [],
    devices: ['PLC-1', 'PLC-2'],
    detectors: ['limits', 'novelty'].map((type) => ({
      type,
      config: pluginOf(type).schema.parse(type === 'novelty' ? { settleS } : {}),
    })),
    budgetPerDay: 24,
  };
  const detectors = detectorFactories(plan).map((factory) => ({ ...factory, detector: factory.create() }));
  return createFollowingEngine({ detectors, tags: new TagTable(of), groups: [], thresholds: {}, budgetPerDay: 24 });
}

function changesIn(engine: FollowingEngine, ...streams: readonly Iterable<Observation>[]): FindingChange[] {
  const changes: FindingChange[] = [];
  for (const stream of streams) for (const observation of stream) changes.push(...engine.observe(observation));
  return changes;
}

const ofNovelty = (changes: readonly FindingChange[], change: FindingChange['change'], tag: number): number[] =>
  changes
    .filter((one) => one.change === change && one.finding.detector === 'novelty' && one.finding.channel === tags[tag]?.name)
    .map(({ finding }) => finding.updatedAt / 1_000);

const maintenance = (s: number, of: readonly number[]): Observation =>
  observeEvent({ type: 'maintenance', time: 1_000 * s, tags: of, text: 'a level is calibrated' });

/** Number of samples that an open finding states as known for a tag. */
function knownOf(engine: FollowingEngine, tag: number): number {
  const finding = engine.open().find(({ detector, channel }) => detector === 'novelty' && channel === tags[tag]?.name);
  return Number(/learning from (\d+) samples/.exec(finding?.explanation.sentence ?? '')?.[1] ?? Number.NaN);
}

/**
 * Start of each deviation after the hour in which `novelty` judges nothing, s. It begins with the first minute of the devices.
 */
const judgedAt = 3_700;
const startS = 60;

/** Number of samples of each level that were not learned because of the deviation, without those of the start. */
function leftOut(engine: FollowingEngine, ...hour: readonly Iterable<Observation>[]): number[] {
  changesIn(engine, ...hour);
  const odd = [goesWrong(first, judgedAt, judgedAt + 20), goesWrong(other, judgedAt, judgedAt + 20)];
  const begun = changesIn(engine, plant(3_600, judgedAt + 20, ...odd)).filter(({ change }) => change === 'begin');
  return [first, other].map((tag) => {
    const { finding } = begun.find(({ finding: { channel } }) => channel === tags[tag]?.name) ?? {};
    const known = Number(/learning from (\d+) samples/.exec(finding?.explanation.sentence ?? '')?.[1] ?? Number.NaN);
    return (finding?.beganAt ?? Number.NaN) / 1_000 - startS - known;
  });
}

describe('what learns while it judges', () => {
  it('does not learn an attack, and learns again when it is over', () => {
    const engine = engineOf(0);
    changesIn(engine, plant(0, 3_000));
    const attack = changesIn(engine, plant(3_000, 3_050, goesWrong(first, 3_000, 3_050)));
    const [begunAt = Number.NaN] = ofNovelty(attack, 'begin', first);
    expect(begunAt).toBeLessThan(3_020);
    const before = knownOf(engine, first);
    expect(before).toBeLessThan(begunAt);
    const after = changesIn(engine, plant(3_050, 4_200));
    expect(ofNovelty(after, 'end', first)[0]).toBeLessThan(3_150);
    expect(engine.open()).toEqual([]);
    // as new as before, because it was not learned
    const again = changesIn(engine, plant(4_200, 4_260, goesWrong(first, 4_200, 4_260)));
    expect(ofNovelty(again, 'begin', first)[0]).toBeLessThan(4_220);
    expect(knownOf(engine, first) - before).toBeGreaterThan(800);
  });

  it('takes for normal at last what lasts for a large part of all that is known', () => {
    const engine = engineOf(0);
    changesIn(engine, plant(0, 3_000));
    const changes = changesIn(engine, plant(3_000, 7_000, goesWrong(first, 3_000, 7_000)));
    expect(ofNovelty(changes, 'begin', first)[0]).toBeLessThan(3_020);
    expect(ofNovelty(changes, 'end', first)[0]).toBeGreaterThan(3_300);
    expect(engine.open()).toEqual([]);
  });

  it('takes for a habit what it has found twice, and no sooner', () => {
    const engine = engineOf(0);
    changesIn(engine, plant(0, 3_000));
    const begun = [3_000, 4_000, 5_000].map((from) => {
      const attack = changesIn(engine, plant(from, from + 1_000, goesWrong(first, from, from + 30)));
      return ofNovelty(attack, 'begin', first).filter((s) => s < from + 30).length;
    });
    expect(begun).toEqual([1, 1, 0]);
  });

  it('takes for normal what lasts for a day, however long it has known the tag, and not before', () => {
    const slow = tagOf('LT01', { equipment: 'TK1', scanMs: 300_000 });
    const engine = engineOf(0, [slow]);
    const [known, day] = [4_000, 288];
    const stream = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => {
        const value = from + i < known ? (usual[from + i] as number) : wrong + (usual[from + i] as number) / 100;
        return observeBatch(batchOf([{ tag: 0, time: slow.scanMs * (from + i), value }], slow.device));
      });
    changesIn(engine, stream(0, known));
    const changes = changesIn(engine, stream(known, known + 2 * day));
    const scans = (change: FindingChange['change']) => ofNovelty(changes, change, first).map((s) => s / 300 - known);
    expect(scans('begin')).toHaveLength(1);
    expect(scans('begin')[0]).toBeLessThan(10);
    expect(scans('end')[0]).toBeGreaterThan(day);
    expect(scans('end')[0]).toBeLessThan(day + 64);
    const { sentence } = changes.find(({ change }) => change === 'begin')?.finding.explanation ?? {};
    expect(sentence).toContain('a state that lasts a day becomes normal');
  });

  it('learns what nothing is said of, whatever it is', () => {
    const odd = [goesWrong(first, 1_000, 1_300), goesWrong(other, 1_000, 1_300)];
    expect(leftOut(engineOf(), plant(0, 3_600, ...odd))).toEqual([0, 0]);
  });

  it('does not learn tags that are out of service, and those alone', () => {
    const hour = [plant(0, 900), [maintenance(900, [first])], plant(900, 1_400), [maintenance(1_400, [])], plant(1_400, 3_600)];
    expect(leftOut(engineOf(), ...hour)).toEqual([500, 0]);
  });

  it('does not learn what is about the equipment of a finding, whichever detector made it', () => {
    const [out, beside] = leftOut(engineOf(), plant(0, 3_600, { tag: second, from: 1_000, to: 1_300, value: 4.5 }));
    // the finding ends when the level has been normal for some scans
    expect(out).toBeGreaterThanOrEqual(300);
    expect(out).toBeLessThan(320);
    expect(beside).toBe(0);
  });

  it('does not learn what another engine of the plant has a finding of', () => {
    const engine = engineOf();
    changesIn(engine, plant(0, 900));
    engine.openElsewhere(true, [first]);
    changesIn(engine, plant(900, 1_400));
    engine.openElsewhere(false, []);
    expect(leftOut(engine, plant(1_400, 3_600))).toEqual([500, 0]);
  });

  it('does not learn the first minute of a device that was away', () => {
    const away = [first, second].map((tag) => ({ tag, from: 900, to: 1_000, value: undefined }));
    expect(leftOut(engineOf(), plant(0, 3_600, ...away))).toEqual([100 + startS, 0]);
  });

  it('goes on bit for bit from a snapshot that was taken while it did not learn', () => {
    const odd = [goesWrong(other, 3_000, 3_300), { tag: first, from: 2_980, to: 3_100, value: undefined }];
    const away = [{ ...odd[1], tag: second } as Odd];
    const whole = engineOf(0);
    const begin = [plant(0, 2_900), [maintenance(2_900, [second])], plant(2_900, 3_130, ...odd, ...away)];
    changesIn(whole, ...begin.map((part) => [...part]));
    expect(whole.open().length).toBeGreaterThan(0);
    const resumed = engineOf(0);
    resumed.restore(deserialize(serialize(whole.snapshot())) as ReturnType<FollowingEngine['snapshot']>);
    const rest = () => [plant(3_130, 3_200, ...odd), [maintenance(3_200, [])], plant(3_200, 4_000, ...odd)];
    expect(changesIn(resumed, ...rest())).toEqual(changesIn(whole, ...rest()));
    expect(resumed.snapshot()).toEqual(whole.snapshot());
  });
});
