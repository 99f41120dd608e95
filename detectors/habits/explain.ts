import type { Explanation } from '../../src/core/finding.ts';
import { formatDuration } from '../../src/core/format.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';
import { calendarTime } from '../../src/detector-kit/calendar.ts';
import { isRecord } from '../../src/detector-kit/columns.ts';
import { limited, measure, shorten, techniquesOfChange } from '../../src/detector-kit/words.ts';

const habits = ['hour', 'size', 'order', 'client'] as const;

/** A write with its most unusual habit. */
export interface Unusual {
  readonly what: (typeof habits)[number];
  /** Writes that are as unusual, with this one, of all writes with such a habit, in a watched time. */
  readonly asRare: number;
  readonly of: number;
  readonly watchedMs: number;
  readonly time: number;
  readonly client: string;
  readonly target: string;
  /** Name of the written tag. */
  readonly tag?: string | undefined;
  readonly before?: number | string | undefined;
  readonly after: number | string;
  /** Target of the previous write of the client, shortly before. */
  readonly predecessor?: string | undefined;
}

/** True for a write that was stored with the running state. */
export const isUnusual = (saved: unknown): saved is Unusual =>
  isRecord(saved) &&
  habits.some((what) => what === saved['what']) &&
  (['asRare', 'of', 'watchedMs', 'time'] as const).every((key) => typeof saved[key] === 'number') &&
  (['client', 'target'] as const).every((key) => typeof saved[key] === 'string');

/** Explains the last judged write of a channel. */
export function explainWrite(key: string, unusual: Unusual | undefined, tags: TagTable, timeZone: string): Explanation {
  if (unusual === undefined) return asUsual(key);
  const { client, target, of, asRare, watchedMs } = unusual;
  const tag = tags.tags[tags.indexOf(unusual.tag ?? '') ?? -1];
  const { does, headline, such } = textOf(unusual, tag, timeZone);
  const earlier = Math.round(asRare - 1);
  const count = earlier === 0 ? 'none' : String(earlier);
  const { before, after } = unusual;
  return {
    sentence: limited(
      `${client} ${does}. Normal: of ${Math.round(of - 1)} earlier writes in ${formatDuration(watchedMs)}, ${count} ${such}.`,
    ),
    title: shorten(`${target} ${headline}`),
    contributions:
      tag === undefined
        ? []
        : [{ tag: tag.name, share: 1, unit: tag.unit, measured: numberOf(after), expected: numberOf(before) }],
    normalIf: `such writes were more frequent than once in ${formatDuration(watchedMs / asRare, undefined, 1)}`,
    techniques: tag === undefined ? ['T1692.001', 'T0836'] : techniquesOfChange(tag),
  };
}

interface Text {
  /** Completes "<client> …". */
  readonly does: string;
  /** Completes "<target> …". */
  readonly headline: string;
  /** Completes "none …". */
  readonly such: string;
}

function textOf(unusual: Unusual, tag: Tag | undefined, timeZone: string): Text {
  const { what, target, time, before, after, predecessor } = unusual;
  const hour = hourText(time, timeZone);
  switch (what) {
    case 'hour':
      return { does: `wrote ${target} at ${hour}`, headline: `written at ${hour}`, such: 'at such an hour' };
    case 'size': {
      const size = sizeText(Math.abs(numberOf(after) - numberOf(before)), tag);
      return { does: `changed ${target} by ${size}`, headline: `changed by ${size}`, such: 'by as much' };
    }
    case 'order': {
      const order = predecessor === undefined ? 'without a write before it' : `after ${predecessor}`;
      return { does: `wrote ${target} ${order}`, headline: 'written in an unusual order', such: 'in such an order' };
    }
    case 'client':
      return { does: `wrote ${target}`, headline: 'written by an unusual client', such: 'by such a client' };
  }
}

const numberOf = (value: number | string | undefined): number => (typeof value === 'number' ? value : Number.NaN);

const sizeText = (size: number, tag: Tag | undefined): string => (tag === undefined ? String(size) : measure(size, tag));

/** Local time of the day: `03:12`. */
const hourText = (time: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(calendarTime(time));

function asUsual(key: string): Explanation {
  return {
    sentence: limited(`Writes to ${key} are as in normal operation.`),
    title: shorten(`${key} is written as usual`),
    contributions: [],
    normalIf: 'it stayed as it is',
    techniques: [],
  };
}
