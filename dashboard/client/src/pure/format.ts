import { formatDuration as coreDuration, formatNumber as coreNumber } from '../../../../src/core/format.ts';
import { plural } from '../../../../src/core/plural.ts';
import type { TagInfo } from '../../../api/index.ts';

/** Text of figures, counts and durations (display.md section 4): U+2212 minus, thin space for thousands. */

const minus = '\u2212';
const thin = '\u2009';
const missing = '––';
/** Significant digits of a figure whose decimals no configuration gives. */
const significant = 3;

/** A figure with fixed decimals, as of a tag; without decimals, a count. A dash pair for NaN and the infinities. */
export function formatNumber(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return missing;
  const fixed = Math.abs(value).toFixed(decimals);
  return `${value < 0 && Number(fixed) !== 0 ? minus : ''}${grouped(fixed)}`;
}

/** A longer word of a state is drawn smaller: it would reach into its neighbour. */
export const longestLarge = 6;

/** Most characters of a large value of a tag: of the words of its states, or of the ends of its range. */
export function widestValue({ states, range, decimals }: Pick<TagInfo, 'states' | 'range' | 'decimals'>): number {
  const words = Object.values(states ?? {}).filter((word) => word.length <= longestLarge);
  const ends = states === undefined && range !== undefined ? [range.low, range.high] : [];
  return Math.max(1, ...[...words, ...ends.map((end) => formatNumber(end, decimals))].map((text) => text.length));
}

/** Digits in groups of three from five whole digits on. */
function grouped(figure: string): string {
  const [whole = '', ...decimals] = figure.split('.');
  const digits = whole.replace(/^\D/, '').length;
  return [digits > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, thin) : whole, ...decimals].join('.');
}

/** Decimals that show three significant digits of a figure. */
export const significantDecimals = (value: number): number =>
  value === 0 ? 0 : Math.min(9, Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(value)))));

/** A figure with three significant digits, without zeros at its end; whole numbers keep all of their digits. */
export const formatFigure = (value: number): string => (Number.isFinite(value) ? grouped(coreNumber(value)) : missing);

/** A fraction in percent: `0.125` is `12.5 %`. */
export const formatPercent = (fraction: number): string => `${formatFigure(100 * fraction)} %`;

/** `1 alert`, `2 alerts` */
export const formatCount = (count: number, noun: string): string => `${formatNumber(count)} ${count === 1 ? noun : plural(noun)}`;

/** A difference: with its sign in any case. */
export function formatSigned(value: number, decimals = 0): string {
  const text = formatNumber(value, decimals);
  return text.startsWith(minus) || !Number.isFinite(value) ? text : `+${text}`;
}

/** A duration as everywhere in the product; a dash pair for NaN. */
export const formatDuration = (ms: number): string => coreDuration(ms, missing);

/**
 * A time that is counted up or down while the page is open, in whole seconds and at least 0: `38 s`, `2 h 10 min`.
 * @param parts most units of the text
 */
export const formatAge = (ms: number, parts: 1 | 2 = 2): string =>
  coreDuration(Math.max(0, Math.floor(ms / 1_000) * 1_000), missing, parts);
