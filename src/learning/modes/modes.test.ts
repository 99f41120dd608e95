import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import { type Observation, observeBatch } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { Random } from '../../core/random.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import { learnModes } from './index.ts';

const scanMs = 10_000;
const rows = 4_000;
const states = { 0: 'Stopped', 1: 'Running' };
const contact = (name: string, more: Partial<Tag> = {}): Tag =>
  tagOf(name, { kind: 'discrete', role: 'status', unit: '', states, scanMs, ...more });
const gauge = (name: string, more: Partial<Tag> = {}): Tag => tagOf(name, { scanMs, ...more });

/** A contact that changes after a varying number of rows. */
function contacts(seed: number, stay: number): number[] {
  const random = new Random(seed);
  let [on, left] = [0, stay];
  return Array.from({ length: rows }, () => {
    if (--left < 0) [on, left] = [1 - on, Math.round(stay * (0.5 + random.next()))];
    return on;
  });
}
const noise = (seed: number, mean: number, spread: number): number[] => {
  const random = new Random(seed);
  return Array.from({ length: rows }, () => mean + spread * random.normal());
};

/** A poll of all tags in each scan period. */
const polls = (columns: readonly (readonly number[])[], quality: (tag: number, row: number) => number = () => 0): Observation[] =>
  Array.from({ length: rows }, (_, row) =>
    observeBatch(
      // the measurements first: the tag of the mode is often read after them
      batchOf(
        columns
          .map((column, tag) => ({ tag, time: scanMs * row, value: column[row] as number, quality: quality(tag, row) }))
          .toReversed(),
      ),
    ),
  );

const run = contacts(1, 80);
const current = noise(2, 60, 2).map((value, row) => (run[row] === 1 ? value : 0.01 * value));
const still = run.map(() => 1);
/** A contact, and a current that follows it. */
const followed = (column: readonly number[]): number[][] => [
  [...column],
  noise(6, 0, 1).map((value, row) => 60 * (column[row] as number) + value),
];
const gauges = [gauge('FLOW'), gauge('AMP')];
/** A measurement, and another that correlates with it. */
const twice = (column: readonly number[]): number[][] => {
  const own = noise(7, 0, 0.05);
  return [column.map((value, row) => value + (own[row] as number)), column.map((value, row) => 3 * value - (own[row] as number))];
};
const pump = new TagTable([contact('RUN'), gauge('AMP')]);

describe('modes learned from normal operation', () => {
  it('are defined by the contact of a pump, with their proof', () => {
    const [modes, ...others] = learnModes(polls([run, current]), pump);
    expect(others).toEqual([]);
    expect(modes).toMatchObject({
      equipment: 'Equipment',
      tag: 'RUN',
      of: { 0: 'stopped', 1: 'running' },
      settleMs: 60_000,
      restsAt: [0],
      proof: { tag: 'AMP' },
      from: 0,
      to: scanMs * (rows - 1),
    });
    expect(modes?.proof.share).toBeGreaterThan(0.9);
    expect(modes?.changes).toBe(run.filter((on, row) => row > 0 && on !== run[row - 1]).length);
    const running = run.filter((on) => on === 1).length / rows;
    expect(modes?.shares['running']).toBeCloseTo(running, 2);
    expect(modes?.shares['stopped']).toBeCloseTo(1 - running, 2);
  });

  it('have names by the measurement if the states have none', () => {
    const plain = new TagTable([contact('RUN', { states: undefined }), gauge('AMP')]);
    const inverse = run.map((on) => 1 - on);
    expect(learnModes(polls([inverse, current]), plain)[0]).toMatchObject({ of: { 0: 'running', 1: 'stopped' }, restsAt: [1] });
    const warm = current.map((value) => 100 + value);
    expect(learnModes(polls([run, warm]), plain)[0]).toMatchObject({ of: { 0: 'at 0', 1: 'at 1' }, restsAt: [] });
  });

  it('are defined by a measurement that is exactly 0 at rest, if there is no contact', () => {
    const tags = new TagTable([gauge('FLOW'), gauge('AMP')]);
    const flow = noise(3, 20, 1).map((value, row) => (run[row] === 1 ? value : 0));
    const noisy = current.map((value, row) => value + (row % 7) / 10);
    expect(learnModes(polls([flow, noisy]), tags)[0]).toMatchObject({
      tag: 'FLOW',
      of: { 0: 'stopped' },
      otherwise: 'running',
      restsAt: [0],
    });
    const both = new TagTable([gauge('FLOW'), gauge('AMP'), contact('RUN')]);
    expect(learnModes(polls([flow, noisy, run]), both).map(({ tag }) => tag)).toEqual(['RUN']);
  });

  it.each([
    ['reads noise above 0', noise(5, 0.3, 0.05)],
    ['reads noise about 0', noise(5, 0, 0.5)],
    ['reads noise that is cut off at 0', noise(5, 0, 1).map((value) => Math.max(0, value - 1.3))],
  ])('are defined by a measurement that %s at rest, if there is no better tag', (_, rest) => {
    const tags = new TagTable([gauge('FLOW'), gauge('AMP')]);
    const flow = noise(3, 20, 1).map((value, row) => (run[row] === 1 ? value : (rest[row] as number)));
    // a start draws six times the current, and so does a spike
    const spiked = flow.map((value, row) => (row % 300 === 7 ? 6 * value : value));
    for (const column of [flow, spiked]) {
      const [modes] = learnModes(polls([column, current]), tags);
      expect(modes).toMatchObject({ of: { 0: 'stopped' }, otherwise: 'running', restsAt: [0], changes: expect.any(Number) });
      const on = learnModes(polls([run, current]), pump)[0];
      expect(modes?.shares['running']).toBeCloseTo(on?.shares['running'] ?? Number.NaN, 1);
      expect(modes?.floor).toBeGreaterThan(2);
    }
    const both = new TagTable([gauge('FLOW'), gauge('AMP'), contact('RUN')]);
    expect(learnModes(polls([flow, current, run]), both)).toMatchObject([{ tag: 'RUN' }]);
  });

  it('are defined by a measurement with noise at rest, for any readings of bad quality', () => {
    const isBad = (row: number): boolean => row % 200 < 20;
    const flow = run.map((on, row) => (isBad(row) ? 5 : 20 * on + 0.1 * (row % 3)));
    const bad = (tag: number, row: number): number => (tag === 0 && isBad(row) ? Quality.BadSensorFailure : 0);
    const warm = current.map((value) => 100 + value);
    expect(learnModes(polls([flow, warm], bad), new TagTable(gauges))).toMatchObject([{ tag: 'FLOW', floor: 4.04 }]);
  });

  it('are defined by the status of the equipment rather than by its command', () => {
    const tags = new TagTable([contact('CMD', { role: 'command' }), gauge('AMP'), contact('RUN')]);
    // the feedback comes a scan late, and explains less
    const late = run.map((_, row) => run[row - 1] ?? 0);
    expect(learnModes(polls([run, current, late]), tags)[0]).toMatchObject({ tag: 'RUN' });
    expect(learnModes(polls([run, current, still]), tags)[0]).toMatchObject({ tag: 'CMD' });
  });

  it.each<[string, readonly Tag[], readonly (readonly number[])[]]>([
    ['a contact that never changes', pump.tags, [still, noise(2, 60, 2)]],
    ['a measurement that never changes', pump.tags, [run, run.map(() => 7)]],
    ['a measurement that does not care', pump.tags, [run, noise(2, 60, 2)]],
    ['a contact that chatters', pump.tags, followed(noise(4, 0, 1).map((value) => (value > 0 ? 1 : 0)))],
    ['a contact that has changed too seldom', pump.tags, followed(run.map((_, row) => Math.floor(row / 450) % 2))],
    ['a flow that rises and falls', gauges, twice(run.map((_, row) => 20 * Math.abs(((row % 200) - 100) / 100)))],
    ['a flow that ebbs away', gauges, twice(run.map((_, row) => 20 * Math.exp(-(row % 200) / 15)))],
    ['a flow that wanders like a day', gauges, twice(run.map((_, row) => 10 + 10 * Math.sin(row / 40)))],
    ['two flows of which neither is next to nothing', gauges, twice(run.map((on) => (on === 1 ? 20 : 1.5)))],
    ['a signal of 4 mA at rest', gauges, twice(run.map((on) => (on === 1 ? 18 : 4)))],
    ['a measurement that rests, and another that does not care', gauges, [run.map((on) => 20 * on + 0.1), noise(2, 60, 2)]],
    ['noise alone', gauges, twice(noise(8, 0, 1))],
    ['a number', pump.tags, followed(run.map((_, row) => Math.floor(row / 40) % 12))],
    [
      'a measurement that follows in one half only',
      pump.tags,
      [run, current.map((value, row) => (isFirst(row) ? value : 30 + (row % 9)))],
    ],
    ['a contact of other equipment', [contact('RUN', { equipment: 'Other' }), gauge('AMP')], [run, current]],
    ['a set-point', [contact('RUN'), gauge('SP', { role: 'setpoint' })], [run, current]],
  ])('are not learned from %s', (_, tags, columns) => {
    expect(learnModes(polls(columns), new TagTable(tags))).toEqual([]);
  });

  it('skip equipment with configured modes, and bad samples', () => {
    const given = { tag: 'RUN', of: { 0: 'off', 1: 'on' }, settleMs: 1_000 };
    expect(learnModes(polls([run, current]), new TagTable([contact('RUN'), gauge('AMP', { modes: given })]))).toEqual([]);
    const bad = (tag: number): number => (tag === 0 ? Quality.BadOutOfService : 0);
    expect(learnModes(polls([run, current], bad), pump)).toEqual([]);
  });

  it('are those of the correct equipment, in random plants', () => {
    const machine = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      stay: fc.integer({ min: 30, max: 90 }),
      follows: fc.boolean(),
      level: fc.double({ min: 5, max: 500, noNaN: true }),
      noise: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
      wander: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(machine, { minLength: 1, maxLength: 4 }), (plant) => {
        const tags = plant.flatMap((_, i) => [
          contact(`RUN${i}`, { equipment: `P${i}` }),
          gauge(`AMP${i}`, { equipment: `P${i}` }),
        ]);
        const columns = plant.flatMap(({ seed, stay, follows, level, noise: part, wander }) => {
          const on = contacts(seed, stay);
          let drift = 0;
          const off = noise(seed + 1, 0, level * part).map((value) => (wander ? (drift += value) : value));
          const base = noise(seed + 2, 0, level * part);
          return [on, on.map((one, row) => (follows ? one * level + (base[row] as number) : level + (off[row] as number)))];
        });
        const found = learnModes(polls(columns), new TagTable(tags)).map(({ equipment }) => equipment);
        expect(found).toEqual(plant.flatMap(({ follows }, i) => (follows ? [`P${i}`] : [])));
      }),
      { seed: 4, numRuns: 20 },
    );
  });
});

/** Rows of the parts for selection. */
function isFirst(row: number): boolean {
  return Math.floor((13 * row) / (rows - 1)) % 2 === 0;
}
