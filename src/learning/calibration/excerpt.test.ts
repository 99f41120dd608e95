import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import type { Report } from '../../core/detector.ts';
import { type Observation, observeBatch, observeEvent } from '../../core/observation.ts';
import { TagTable } from '../../core/tag.ts';
import { Excerpt } from './excerpt.ts';
import { calibrate } from './index.ts';
import { Survey } from './survey.ts';
import { alertsIn, dayMs, Deviation, factory, optionsOf, periodMs, running, tags } from './testing.ts';

const days = 8;
const rows = (days * dayMs) / periodMs;
const options = optionsOf(12, days);
const excerpting = (made: Deviation[] = []) => {
  const { plugin, ...rest } = factory(made);
  return { ...rest, plugin: { ...plugin, excerpt: true as const } };
};

/** Beginnings of stretches without a gap. */
const stretchesOf = (times: readonly number[]): number[] => times.filter((time, i) => time - (times[i - 1] ?? -dayMs) > periodMs);

describe('a calibration with few enough samples of a tag', () => {
  it('is the same, bit for bit, as without excerpts', async () => {
    const all = await calibrate(options);
    expect(await calibrate({ ...options, detectors: [excerpting()], enough: rows })).toEqual(all);
    const fewer = await calibrate({ ...options, detectors: [excerpting()], enough: rows - 1 });
    expect(fewer.detectors['deviation']?.baseline).not.toEqual(all.detectors['deviation']?.baseline);
  });

  it('gives all of it to detectors that learn rare events, for any length', async () => {
    const { detectors } = await calibrate({ ...options, enough: rows / 8 });
    expect(detectors['deviation']?.baseline).toEqual((await calibrate(options)).detectors['deviation']?.baseline);
  });
});

describe('a longer calibration', () => {
  it('contains long stretches at all hours, the last at the end; each copy learns the parts except its own', async () => {
    const made: Deviation[] = [];
    await calibrate({ ...options, detectors: [excerpting(made)], enough: rows / 8, folds: 4 });
    const [whole, ...folds] = made.toSorted((a, b) => b.learnedTimes.length - a.learnedTimes.length);
    const taught = whole?.learnedTimes ?? [];
    expect(taught.length / (rows / 8)).toBeCloseTo(1, 1);
    const begins = stretchesOf(taught);
    expect(begins).toHaveLength(24);
    expect(taught.at(-1)).toBe((rows - 1) * periodMs);
    expect(new Set(begins.map((time) => Math.floor((time % dayMs) / (dayMs / 6)))).size).toBe(6);
    expect(folds).toHaveLength(4);
    const held = folds.flatMap(({ learnedTimes }) => {
      const learned = new Set(learnedTimes);
      return taught.filter((time) => !learned.has(time));
    });
    expect(held.toSorted((a, b) => a - b)).toEqual(taught);
  });

  it('is judged whole by copies that have not learned it', async () => {
    const judged: number[] = [];
    class Judging extends Deviation {
      override score(observation: Observation, report: Report): void {
        super.score(observation, (channel, time, surprise) => {
          report(channel, time, surprise);
          if (channel === 0) judged.push(time);
        });
      }
    }
    await calibrate({ ...options, detectors: [{ ...excerpting(), create: () => new Judging() }], enough: rows / 8 });
    expect(new Set(judged).size).toBe(rows);
  });

  it('keeps the promised budget, with nearly the thresholds of the whole calibration', async () => {
    const all = await calibrate(options);
    const some = await calibrate({ ...options, detectors: [excerpting()], enough: rows / 8 });
    expect(some.promise).toMatchObject({ promised: true });
    expect(some.promise.achievedPerDay).toBeLessThanOrEqual(12);
    for (const [key, { begin }] of Object.entries(all.detectors['deviation']?.thresholds ?? {})) {
      const ratio = (some.detectors['deviation']?.thresholds[key]?.begin ?? 0) / begin;
      expect(Math.abs(Math.log(ratio))).toBeLessThan(0.35);
    }
    for (const seed of [2, 3]) expect(alertsIn(some, running(days, seed)).length).toBeLessThanOrEqual(12 * days);
  });

  it('reports its progress, always rising, to the end', async () => {
    const told: number[] = [];
    const detectors = [factory(), { ...excerpting(), name: 'usual' }];
    await calibrate({ ...options, detectors, enough: rows / 8, onProgress: (done) => told.push(done) });
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(1);
    expect(Math.max(...told.slice(1).map((done, i) => done - (told[i] as number)))).toBeLessThan(0.02);
  });
});

describe('between the stretches', () => {
  const [dense, rare, byMode, telling] = [0, 1, 2, 3];
  const table = new TagTable(
    tags.tags.map((tag, index) =>
      index === byMode ? { ...tag, modes: { tag: 'T3', of: { 0: 'stopped', 1: 'running' }, settleMs: 0 } } : tag,
    ),
  );
  const batchOf = (...of: number[]): Observation => {
    const builder = new BatchBuilder('plc', of.length);
    for (const tag of of) builder.add(tag, 10 * tag, 0, 5, 6);
    return observeBatch(builder.publish());
  };
  const survey = new Survey(table);
  for (let i = 0; i < 1_000; i++) survey.observe(batchOf(dense, byMode, telling, ...(i % 100 === 0 ? [rare] : [])));
  const excerpt = Excerpt.of(survey, table, 100) as Excerpt;
  const tagsOf = (observation: Observation | undefined): readonly number[] =>
    observation?.kind === 'batch' ? [...observation.batch.tag] : [];

  it('tags with few samples, with modes and those that define them are learned', () => {
    expect(excerpt.share).toBe(0.1);
    expect(excerpt.between(batchOf(dense, 4, 5))).toBeDefined();
    expect(excerpt.between(batchOf(dense))).toBeUndefined();
    expect(tagsOf(excerpt.between(batchOf(dense, rare, byMode)))).toEqual([rare, byMode]);
    expect(tagsOf(excerpt.between(batchOf(telling)))).toEqual([telling]);
    const some = excerpt.between(batchOf(dense, rare));
    expect(some).toMatchObject({ kind: 'batch', batch: { device: 'plc', length: 1 } });
    if (some?.kind === 'batch')
      expect([some.batch.value[0], some.batch.sourceTime[0], some.batch.receiveTime[0]]).toEqual([10, 5, 6]);
  });

  it('events are passed on, ticks are not', () => {
    expect(excerpt.between(observeEvent({ type: 'tick', time: 1 }))).toBeUndefined();
    const event = observeEvent({ type: 'maintenance', time: 1, tags: [], text: '' });
    expect(excerpt.between(event)).toBe(event);
  });

  it('there are none if there are few enough samples', () => {
    expect(Excerpt.of(survey, table, 1_000)).toBeUndefined();
  });
});
