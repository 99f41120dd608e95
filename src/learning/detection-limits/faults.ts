import type { FaultKind } from '../../core/detection-limits.ts';
import { quantityOf } from '../../core/quantity.ts';
import type { Random } from '../../core/random.ts';
import type { Tag } from '../../core/tag.ts';
import { moved, type Resolution } from './resolution.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Age of the values that `other-hour` shows, ms. */
const otherHourMs = 3 * hourMs;
/** Share of the noise that is left of a vanished one. */
const vanished = 0.1;
/** Share of the span at the first rung; the last is the whole span. */
const smallest = 0.0001;
/** Sizes of a fault, each larger than the one before by 12 %. */
export const rungs = 80;
export const ratio = (1 / smallest) ** (1 / (rungs - 1));

/** A tag during a fault. */
export interface Victim {
  readonly tag: Tag;
  readonly resolution: Resolution;
  /** Engineering range, or the range of its values without one, in its unit. */
  readonly span: number;
  /** 1 or −1. */
  readonly sign: number;
  readonly random: Random;
  /** Its genuine value at an earlier time, ms UTC; the first one before that. */
  readonly valueAt: (time: number) => number;
}

/** Value that the tag shows instead of a genuine one. */
export type Falsify = (value: number, sinceMs: number, time: number) => number;

/** One row of the table of standard faults. */
export interface StandardFault {
  readonly kind: FaultKind;
  /** Time within which it must be detected, ms; for a fault of one size, the longest time that is tried. */
  readonly withinMs: number;
  /** False if all faults of this kind have one size. Their limit is the time to their detection. */
  readonly sized: boolean;
  /** Recording that it needs before its start, ms. */
  readonly pastMs?: number;
  /** Set if it grows with time. */
  readonly growing?: true;
  readonly applies: (tag: Tag, resolution: Resolution) => boolean;
  /** @param share size as a fraction of the span; 1 for a fault of one size */
  readonly begin: (victim: Victim, share: number) => Falsify;
  /** Size in the unit of the limit. */
  readonly sizeOf: (share: number, span: number) => number;
}

const isMeasurement = ({ kind, role }: Tag): boolean => kind === 'analog' && role === 'measurement';
const isMoving = (tag: Tag, { step }: Resolution): boolean => isMeasurement(tag) && step > 0;
const isNoisy = (tag: Tag, { noise }: Resolution): boolean => isMeasurement(tag) && noise > 0;
const ofSpan = (share: number, span: number): number => share * span;

const drift: Pick<StandardFault, 'sized' | 'growing' | 'begin' | 'sizeOf'> = {
  sized: true,
  growing: true,
  begin:
    ({ sign, span, resolution: { step } }, share) =>
    (value, sinceMs) =>
      moved(value, (sign * share * span * sinceMs) / hourMs, step),
  sizeOf: ofSpan,
};

/** The standard faults with their stated times. Sizes are fractions of the span of the tag. */
export const standardFaults: readonly StandardFault[] = [
  {
    kind: 'offset',
    withinMs: 10 * minuteMs,
    sized: true,
    applies: (tag) => tag.kind === 'analog',
    begin:
      ({ sign, span, resolution: { step } }, share) =>
      (value) =>
        moved(value, sign * share * span, step),
    sizeOf: ofSpan,
  },
  { kind: 'drift', withinMs: 6 * hourMs, applies: isMeasurement, ...drift },
  {
    kind: 'stuck',
    withinMs: hourMs,
    sized: false,
    applies: (tag, { step }) => step > 0 && tag.kind !== 'text',
    begin: () => {
      let held = Number.NaN;
      return (value) => (Number.isNaN(held) ? (held = value) : held);
    },
    sizeOf: () => Number.NaN,
  },
  {
    kind: 'scaled',
    withinMs: 10 * minuteMs,
    sized: true,
    applies: isMoving,
    begin: ({ tag, sign, resolution: { step } }, share) => {
      const zero = tag.range?.low ?? 0;
      return (value) => moved(value, sign * share * (value - zero), step);
    },
    sizeOf: (share) => share,
  },
  {
    kind: 'doubled-noise',
    withinMs: hourMs,
    sized: false,
    applies: isNoisy,
    begin:
      ({ random, resolution: { step, noise } }) =>
      (value) =>
        // independent noise adds by squares
        moved(value, Math.sqrt(3) * noise * random.normal(), step),
    sizeOf: () => Number.NaN,
  },
  {
    kind: 'vanished-noise',
    withinMs: hourMs,
    sized: false,
    applies: isNoisy,
    begin: ({ resolution: { step } }) => {
      // an exponential average of weight w leaves √(w / (2 − w)) of white noise
      const weight = (2 * vanished ** 2) / (1 + vanished ** 2);
      let mean = Number.NaN;
      return (value) => {
        mean = Number.isNaN(mean) ? value : mean + weight * (value - mean);
        return moved(value, mean - value, step);
      };
    },
    sizeOf: () => Number.NaN,
  },
  {
    kind: 'single-spike',
    withinMs: minuteMs,
    sized: true,
    applies: isMeasurement,
    begin: ({ sign, span, resolution: { step } }, share) => {
      let isOver = false;
      return (value) => {
        if (isOver) return value;
        isOver = true;
        return moved(value, sign * share * span, step);
      };
    },
    sizeOf: ofSpan,
  },
  {
    kind: 'other-hour',
    withinMs: 6 * hourMs,
    pastMs: otherHourMs,
    sized: false,
    applies: isMoving,
    begin:
      ({ valueAt }) =>
      (_value, _sinceMs, time) =>
        valueAt(time - otherHourMs),
    sizeOf: () => Number.NaN,
  },
  { kind: 'level-against-flow', withinMs: hourMs, applies: (tag) => isMeasurement(tag) && quantityOf(tag) === 'level', ...drift },
];

/** Size of a rung as a fraction of the span. */
export const shareOf = (rung: number): number => smallest * ratio ** rung;
