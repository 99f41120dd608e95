import type { Tag, TagTable } from '../../../src/core/tag.ts';
import { median } from '../row.ts';
import type { Fault, Sample, Victim } from './fault.ts';

/** Of the absolute values of normal numbers: what their median is multiplied with to give the standard deviation. */
const deviations = 1.4826;
/** Standard deviation of the second differences of white noise in units of its own. */
const ofSecondDifferences = Math.sqrt(6);
/** Share of a tag's range below which a move is one of the arithmetic. */
const least = 1e-6;

/** @param turn see Victim */
export function victimOf(tag: Tag, samples: readonly Sample[], turn: number): Victim {
  const values = samples.map(({ value }) => value);
  const moved = (by: number): boolean => by > least * (tag.range?.high ?? 1);
  const step = values.slice(1).reduce((smallest, value, i) => {
    const by = Math.abs(value - (values[i] as number));
    return moved(by) && by < smallest ? by : smallest;
  }, Infinity);
  return {
    tag,
    step: Number.isFinite(step) ? step : 0,
    noise: noiseOf(values, moved),
    highest: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    turn,
    samples,
  };
}

/**
 * From the median of the second differences, which see neither levels nor slopes and few of the process's steps; of those that are
 * not nothing, so that what rests for hours has the noise of its running.
 */
function noiseOf(values: readonly number[], moved: (by: number) => boolean): number {
  const differences = values
    .slice(2)
    .map((value, i) => Math.abs(value - 2 * (values[i + 1] as number) + (values[i] as number)))
    .filter(moved);
  return differences.length === 0 ? 0 : (deviations * median(differences)) / ofSecondDifferences;
}

/**
 * Tags that a fault falsifies. @param onset begin of the fault; for faults that need a change of the tag, only tags that change
 * later are used
 */
export function victimsOf({ victims }: Fault, tags: TagTable, of: readonly Victim[], onset: number): Set<number> {
  const those = (is: (tag: Tag, index: number) => boolean): number[] =>
    tags.tags.flatMap((tag, index) => (is(tag, index) ? [index] : []));
  const measured = those(({ kind, role }) => kind === 'analog' && role === 'measurement');
  switch (victims) {
    case 'measurements':
      return new Set(measured);
    case 'one measurement of each device': {
      const devices = Map.groupBy(measured, (index) => tags.at(index).device);
      return new Set([...devices.values()].flatMap(([first]) => (first === undefined ? [] : [first])));
    }
    case 'counters':
      return new Set(those(({ kind }) => kind === 'counter'));
    case 'contacts':
      return new Set(those(isContact));
    case 'status words':
      return new Set(those((tag) => isStatus(tag) && !isContact(tag)));
    case 'changing statuses':
      return new Set(those((tag, index) => isStatus(tag) && changes(of[index], of[index], onset)));
    case 'commanded pumps':
      return new Set(
        those(({ name }, index) => {
          const told = of[tags.indexOf(name.replace(/RUN$/, 'CMD')) ?? -1];
          return name.endsWith('.RUN') && changes(of[index], told, onset);
        }),
      );
  }
}

const isStatus = ({ kind, role }: Tag): boolean => kind === 'discrete' && role === 'status';
const isContact = (tag: Tag): boolean => isStatus(tag) && Object.keys(tag.states ?? {}).length === 2;

/** True if a faulty value after the onset differs from the last value of the tag before it. */
function changes(victim: Victim | undefined, faulty: Victim | undefined, onset: number): boolean {
  const held = victim?.samples.findLast(({ time }) => time < onset)?.value;
  return held !== undefined && (faulty?.samples.some(({ time, value }) => time >= onset && value !== held) ?? false);
}
