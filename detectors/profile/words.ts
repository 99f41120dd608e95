import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { Figure, BaselineLine } from '../../src/detector-kit/facts.ts';
import { compared, explainTag, measure, normalRange, techniquesOfChange } from '../../src/detector-kit/words.ts';
import { type Cycle, hours, type Kind } from './cycle.ts';

const clock = (hour: number): string => `${String(hour % hours).padStart(2, '0')}:00`;

const days = (slot: number, kind: Kind): string => (kind !== 'week' ? '' : slot < hours ? 'workdays' : 'rest days');

/** Baseline entries of a tag: the strength of its daily cycle, and the band of each hour. */
export function linesOf(cycle: Cycle, channel: number, unit: string): readonly BaselineLine[] {
  const kind = cycle.kind(channel);
  if (kind === 'none') return [];
  const figures = {
    explained: figure(() => Number(cycle.explained(channel).toFixed(3))),
    days: figure(() => cycle.days[channel] as number),
    'rest days': figure(() => cycle.restDays[channel] as number),
    error: figure(() => cycle.error(channel)),
  };
  const follows = kind === 'week' ? 'hour of workdays and of rest days' : 'hour of the day';
  const slots = Array.from({ length: kind === 'week' ? 2 * hours : hours }, (_, slot) => slot);
  return [
    { name: 'cycle', unit, figures, words: { follows } },
    ...slots.filter((slot) => cycle.hourOf(channel, slot, kind)).map((slot) => lineOf(cycle, slot, kind, unit)),
  ];
}

function lineOf(cycle: Cycle, slot: number, kind: Kind, unit: string): BaselineLine {
  const end = (side: 'low' | 'high'): Figure => ({
    read: (channel) => (cycle.hourOf(channel, slot, kind) ? cycle[side] : Number.NaN),
    write: (channel, value) => cycle.set(channel, slot, kind, side, value),
  });
  const taught = figure((channel) => (cycle.hourOf(channel, slot, kind) ? cycle.taught : Number.NaN));
  return {
    name: `at ${clock(slot)} ${days(slot, kind)}`.trim(),
    unit,
    figures: { low: end('low'), high: end('high'), days: taught },
  };
}

const figure = (read: (channel: number) => number): Figure => ({ read });

/** Explains a recent mean outside of the band of its hour. */
export function explainHour(tag: Tag, cycle: Cycle, channel: number, slot: number, measured: number): Explanation {
  const kind = cycle.kind(channel);
  cycle.bandOf(channel, slot, kind);
  const { low, high, taught } = cycle;
  const on = days(slot, kind) === '' ? '' : ` on ${days(slot, kind)}`;
  const around = `${clock(slot + hours - 1)} to ${clock(slot + 2)}${on}`;
  const [exactly, least, most] = compared(tag, measured, low, high);
  const usual = `between ${least} and ${most}`;
  const at = measure(measured, tag);
  return explainTag({
    tag,
    does: `is ${exactly}, too ${measured < low ? 'low' : 'high'} for ${around}`,
    normal: `${normalRange(least, most, tag.unit)}, from ${taught === 1 ? 'one day' : `${taught} days`}`,
    headline: `${measured < low ? 'low' : 'high'} for ${clock(slot)} at ${at}`,
    measured,
    expected: Math.min(high, Math.max(low, measured)),
    low,
    high,
    normalIf: `it were ${usual} at this hour`,
    techniques: techniquesOfChange(tag),
  });
}
