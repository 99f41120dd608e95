import type { Tag } from '../../src/core/tag.ts';
import type { Figure, Line } from '../../src/streaming/facts.ts';
import { called, duration } from '../../src/streaming/words.ts';
import type { Balance } from './schema.ts';

const hourMs = 3_600_000;

/**
 * A balance as a line: what each flow moves the level by in an hour, and what no flow tells of; how much of the level's changes that
 * explains, and how far the level was from it at most over each horizon. The last two a person may know better: what goes out by a way
 * that nobody measures, and how exact the instruments are.
 * @param flows in the order of the balance's terms
 * @param amend takes the balance with another number in it
 */
export function balanceLine(
  balance: Balance,
  level: Tag,
  flows: readonly Tag[],
  periodMs: number,
  amend: (change: (before: Balance) => Balance) => void,
): Line {
  const { terms, constant, horizons } = balance;
  const perHour = (gain: number): string => {
    const moved = (Math.abs(gain) * hourMs) / periodMs;
    return `${gain < 0 ? '−' : '+'}${Number(moved.toPrecision(3))}${level.unit === '' ? '' : ` ${level.unit}`}/h`;
  };
  const all = terms.map(({ gain }, i) => `${perHour(gain)} per ${flows[i]?.unit || 'unit'} of ${called(flows[i] ?? level)}`);
  const unmeasured: Figure = {
    read: () => (constant * hourMs) / periodMs,
    write: (_, value) => amend((before) => ({ ...before, constant: (value * periodMs) / hourMs })),
  };
  const furthest = horizons.map(({ rows, furthest: most }): [string, Figure] => [
    `furthest over ${duration(rows * periodMs)}`,
    {
      read: () => most,
      write: (_, value) =>
        amend((before) => ({
          ...before,
          horizons: before.horizons.map((one) => (one.rows === rows ? { ...one, furthest: value } : one)),
        })),
      above: 0,
    },
  ]);
  return {
    name: '',
    unit: level.unit,
    figures: { 'unmeasured per hour': unmeasured, ...Object.fromEntries(furthest) },
    words: { by: all.join('; '), explained: `${Math.round(100 * Math.max(...horizons.map(({ explained }) => explained)))} %` },
  };
}
