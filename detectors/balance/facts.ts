import type { Fact } from '../../src/core/detector.ts';
import type { Tag } from '../../src/core/tag.ts';
import { called, duration } from '../../src/streaming/words.ts';
import type { Balance } from './schema.ts';

const hourMs = 3_600_000;

/**
 * A balance as a line: what each flow moves the level by in an hour, and what no flow tells of; how much of the level's changes that
 * explains, and within what the level then stays.
 * @param flows in the order of the balance's terms
 */
export function balanceFact(
  channel: string,
  { terms, constant, horizons }: Balance,
  level: Tag,
  flows: readonly Tag[],
  { periodMs, taught }: { readonly periodMs: number; readonly taught: number },
): Fact {
  const perHour = (value: number): string =>
    `${value < 0 ? '−' : '+'}${Number(((Math.abs(value) * hourMs) / periodMs).toPrecision(3))}${level.unit === '' ? '' : ` ${level.unit}`}/h`;
  const all = terms.map(({ gain }, i) => `${perHour(gain)} per ${flows[i]?.unit || 'unit'} of ${called(flows[i] ?? level)}`);
  const longest = horizons.at(-1);
  return {
    channel,
    name: '',
    unit: level.unit,
    figures: {
      by: all.join('; '),
      otherwise: perHour(constant),
      explained: `${Math.round(100 * Math.max(...horizons.map(({ explained }) => explained)))} %`,
      ...(longest === undefined
        ? {}
        : { within: Number(longest.furthest.toPrecision(6)), over: duration(longest.rows * periodMs) }),
    },
    editable: [],
    taught,
  };
}
