import { InvalidArgumentError } from 'commander';
import { isCalendarTime } from '../core/time.ts';

/** Parser of a number option. */
export function numberBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value >= low && value <= high)) throw new InvalidArgumentError(`expected a number from ${low} to ${high}`);
    return value;
  };
}

/** Parser of an option that takes a whole number. */
export function countBetween(low: number, high: number): (text: string) => number {
  const number = numberBetween(low, high);
  return (text) => {
    const value = number(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError(`expected a whole number from ${low} to ${high}`);
    return value;
  };
}

/** Parser of a time option: ISO 8601, or a time before now such as `3d`. @returns ms UTC */
export function timeOption(now: () => number): (text: string) => number {
  return (text) => {
    const ago = /^(\d+(?:\.\d+)?)(m|h|d)$/.exec(text);
    const time =
      ago === null
        ? Date.parse(text)
        : now() - Number(ago[1]) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[ago[2] as 'm' | 'h' | 'd'];
    if (!isCalendarTime(time)) {
      throw new InvalidArgumentError(
        'expected a time such as 2026-11-24T06:00Z, or 3d for three days ago, within the years 1 to 9999',
      );
    }
    return time;
  };
}

/** Parser of a duration option such as `90s` or `5m`. @returns ms */
export function durationOption(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text);
  if (found === null) throw new InvalidArgumentError('expected a duration such as 90s, 5m or 1h');
  return Number(found[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[found[2] as 's' | 'm' | 'h'];
}
