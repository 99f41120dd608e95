import type { Observation } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag, TagModes } from '../../src/core/tag.ts';
import { tagOf, targetOf } from './detectors.ts';

export const modes: TagModes = { tag: 'ST', of: { 0: 'washing', 1: 'filtering' }, settleMs: 5_000 };
export const ofFilter = (name: string, more: Partial<Tag> = {}): Tag => tagOf(name, { equipment: 'FL1', ...more });
export const step = ofFilter('ST', { kind: 'discrete', role: 'status' });
export const measured = ['FT', 'HL', 'TU'].map((name) => ofFilter(name, { modes }));
/** A filter whose mode is defined by a step, and a level that does not belong to it. */
export const tags = [tagOf('LT'), step, ...measured];
export const target = targetOf(tags);

export interface Second {
  readonly step: number;
  /** Seconds in the present mode. */
  readonly since: number;
  readonly values: number[];
}

/**
 * Seconds of a filter. The head loss rises with the flow during filtration and falls during washing.
 * @param lengths of its stays in the two modes in turn, s; the first is washing
 */
export function stays(lengths: readonly number[], seed: number): Second[] {
  const random = new Random(seed);
  const seconds: Second[] = [];
  let flow = 0;
  lengths.forEach((length, stay) => {
    const filters = stay % 2;
    for (let since = 0; since < length; since++) {
      flow = 0.9 * flow + random.normal();
      const noise = (size: number): number => size * random.normal();
      const loss = (filters === 1 ? 0.5 : -0.5) * flow;
      seconds.push({
        step: filters,
        since,
        values: [3 + noise(0.1), filters, 30 + flow + noise(0.05), 2 + loss + noise(0.05), 0.3 * flow + noise(0.05)],
      });
    }
  });
  return seconds;
}

/**
 * Vectors as the aligner makes them: measurements of the filter are left out while it settles.
 * @param from time of the first one, ms
 * @param settles settling time, s
 */
export function vectors(seconds: readonly Second[], from = 0, settles = 5): Observation[] {
  return seconds.map(({ since, values }, second) => {
    const mask = Uint8Array.from(tags, ({ modes: own }) => (own !== undefined && since < settles ? 1 : 0));
    const value = Float64Array.from(values, (one, column) => (mask[column] === 1 ? Number.NaN : one));
    return {
      kind: 'vector',
      vector: { group: 'all', time: from + second * 1_000, value, age: new Float64Array(tags.length), mask },
    };
  });
}

/** Replaces the mode tag by another source, second by second; NaN for no mode. */
export const toldBy = (observations: readonly Observation[], tell: (second: number, step: number) => number): Observation[] =>
  observations.map((observation, second) => {
    if (observation.kind !== 'vector') return observation;
    const { vector } = observation;
    const told = tell(second, vector.value[1] as number);
    const mask = vector.mask.with(1, Number.isNaN(told) ? 1 : 0);
    return { kind: 'vector', vector: { ...vector, mask, value: vector.value.with(1, told) } };
  });
