import { Quality } from '../../src/core/quality.ts';
import type { Sample } from '../../test/support/detectors.ts';

const dayMs = 86_400_000;
const edge = Math.log(1_000);

/** An operation: a change, or the entry into a state. */
interface Operation {
  readonly time: number;
  readonly value: number;
}

/** Time in which no tag was lost, with its operations. */
interface Stretch {
  readonly from: number;
  to: number;
  readonly operations: Operation[];
}

const isGood = ({ quality = Quality.Good, value }: Sample): boolean =>
  (quality === Quality.Good || quality === Quality.UncertainEngineeringUnitsExceeded) && Number.isFinite(value);

/** Divides the samples of similar tags at every silence of 60 scans of one of them. */
function stretchesOf(samples: readonly Sample[], scanMs: number): Stretch[] {
  const last = new Map<number, { readonly time: number; readonly value: number }>();
  const all: Stretch[] = [];
  for (const sample of samples.filter(isGood)) {
    const { tag = 0, time, value } = sample;
    const before = last.get(tag);
    if (before !== undefined && time <= before.time) continue;
    const isLost = before === undefined || time - before.time > 60 * scanMs;
    if (isLost) {
      const open = all.at(-1);
      if (open !== undefined) open.to = before?.time ?? Number.NEGATIVE_INFINITY;
      all.push({ from: time, to: time, operations: [] });
    } else if (before.value !== value) all.at(-1)?.operations.push({ time, value });
    const current = all.at(-1);
    if (current !== undefined && time > current.to) current.to = time;
    last.set(tag, { time, value });
  }
  return all;
}

interface Values {
  readonly list: readonly number[];
  readonly mean: number;
  readonly largest: number;
}

const meanOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;
const squaresOf = (list: readonly number[]): number => {
  const mean = meanOf(list);
  return list.reduce((sum, one) => sum + (one - mean) ** 2, 0);
};

/** Chance that Student's t exceeds t, by Simpson's rule over the angle whose tangent is t / √ν. */
function tail(t: number, freedom: number): number {
  const integral = (from: number): number => {
    const steps = 600;
    const width = (Math.PI / 2 - from) / steps;
    let sum = 0;
    for (let i = 0; i <= steps; i++) {
      const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
      sum += weight * Math.max(0, Math.cos(from + i * width)) ** (freedom - 1);
    }
    return (sum * width) / 3;
  };
  return integral(Math.atan(t / Math.sqrt(freedom))) / integral(-Math.PI / 2);
}

function surprise(value: number, { list, mean, largest }: Values, step: number): number {
  const n = list.length;
  if (n < 2 || value <= 0) return 0;
  if (value <= mean) return ((Math.LN2 / edge) * value) / mean;
  const deviation = Math.sqrt((squaresOf(list) / (n - 1) + step ** 2) * (1 + 1 / n));
  const chance = (at: number): number => tail((at - mean) / deviation, n - 1);
  const next = 1 / (n + 1);
  if (value <= largest) return -Math.log(Math.max(chance(value), next)) / edge;
  const ofLargest = largest > mean ? chance(largest) : 1;
  return -Math.log(chance(value) * Math.max(1, next / ofLargest)) / edge;
}

const around = (ms: number): number => ((((ms + dayMs / 2) % dayMs) + dayMs) % dayMs) - dayMs / 2;

/** What is learned of one kind of operation; undefined if the next one is not awaited. */
interface Rule {
  readonly intervals?: Values;
  readonly hour?: { readonly at: number; readonly late: Values; readonly early: Values; readonly isOnce: boolean };
}

function ruleOf(stretches: readonly Stretch[], scanMs: number, isKind: (value: number) => boolean): Rule | undefined {
  const times = stretches.map(({ operations }) => operations.filter(({ value }) => isKind(value)).map(({ time }) => time));
  const closed = times.flatMap((some) => some.slice(1).map((time, i) => time - (some[i] ?? 0)));
  const open = stretches.flatMap(({ from, to }, i) => {
    const [first, last] = [times[i]?.at(0), times[i]?.at(-1)];
    return first === undefined || last === undefined ? [to - from] : [first - from, to - last];
  });
  const longestOpen = Math.max(0, ...open);
  const list = closed.length > 0 && longestOpen > meanOf(closed) ? [...closed, longestOpen] : closed;
  const largest = Math.max(longestOpen, ...closed);
  const days: number[] = [];
  for (const time of times.flat()) if (days.length === 0 || time - (days.at(-1) ?? 0) > dayMs / 2) days.push(time);
  const [first = 0] = days;
  const hours = days.map((time) => around(time - first));
  const width = Math.max(scanMs, Math.max(...hours) - Math.min(...hours));
  if (
    days.length >= 3 &&
    largest <= 1.5 * dayMs &&
    width <= dayMs / 4 &&
    days.length * (width / dayMs) ** (days.length - 1) <= 1e-3
  ) {
    const mean = meanOf(hours);
    const off = hours.map((hour) => hour - mean);
    const values = { list: off, mean: 0 };
    const at = (((first + mean) % dayMs) + dayMs) % dayMs;
    const late = { ...values, largest: Math.max(...off) };
    return { hour: { at, late, early: { ...values, largest: -Math.min(...off) }, isOnce: days.length === times.flat().length } };
  }
  if (list.length < 4 || Math.sqrt(squaresOf(list) / (list.length - 1)) > 0.5 * meanOf(list)) return undefined;
  return { intervals: { list, mean: meanOf(list), largest } };
}

/** Surprise of a time without an operation of a kind. */
function lateness(rule: Rule, stretch: Stretch, operation: number | undefined, now: number, scanMs: number): number {
  const since = operation ?? stretch.from;
  if (rule.intervals !== undefined) return surprise(now - since, rule.intervals, scanMs);
  if (rule.hour === undefined) return 0;
  const { at, late, early } = rule.hour;
  for (let due = Math.floor(since / dayMs) * dayMs + at; due <= now; due += dayMs) {
    if (operation === undefined) {
      if (surprise(due - since, early, scanMs) >= 1) return surprise(now - due, late, scanMs);
    } else if (due - dayMs / 2 >= since) return surprise(Math.min(now - due, now - since - dayMs), late, scanMs);
  }
  return 0;
}

/** Surprise of the last operation of a kind because of its hour. */
function unusual({ hour }: Rule, operations: readonly number[], now: number, scanMs: number): number {
  const [before, last] = [operations.at(-2), operations.at(-1)];
  if (hour === undefined || !hour.isOnce || last === undefined || now - last > 900_000) return 0;
  const off = around(last - hour.at);
  const distance = Math.min(Math.abs(off), before === undefined ? Number.POSITIVE_INFINITY : Math.abs(last - before - dayMs));
  return surprise(distance, off > 0 ? hour.late : hour.early, scanMs);
}

/** Similar tags with one scan period, in UTC, with the default settings. Each report is computed from all samples up to it. */
export function twin(
  learned: readonly Sample[],
  scored: readonly Sample[],
  { tags = 1, scanMs = 1_000 } = {},
): { time: number; surprise: number }[] {
  const past = stretchesOf(learned, scanMs);
  const states = [...new Set(past.flatMap(({ operations }) => operations.map(({ value }) => value)))].slice(0, 8);
  const kinds = [
    (): boolean => true,
    ...states.map(
      (state) =>
        (value: number): boolean =>
          value === state,
    ),
  ];
  const rules = kinds.flatMap((isKind) => {
    const rule = ruleOf(past, scanMs, isKind);
    return rule === undefined ? [] : [{ isKind, rule }];
  });
  if (rules.length === 0) return [];
  const times = [...new Set(scored.map(({ time }) => time))];
  return times.flatMap((now) => {
    const known = scored.filter((sample) => sample.time <= now && isGood(sample));
    if (known.at(-1)?.time !== now) return [];
    const seen = Array.from(
      { length: tags },
      (_, tag) => known.findLast((sample) => (sample.tag ?? 0) === tag)?.time ?? -Infinity,
    );
    const stretch = stretchesOf(known, scanMs).at(-1);
    if (stretch === undefined || seen.some((time) => now - time > 3 * scanMs)) return [];
    const surprises = rules.map(({ isKind, rule }) => {
      const operations = stretch.operations.filter(({ value }) => isKind(value)).map(({ time }) => time);
      return Math.max(lateness(rule, stretch, operations.at(-1), now, scanMs), unusual(rule, operations, now, scanMs));
    });
    return [{ time: now, surprise: Math.max(...surprises) }];
  });
}
