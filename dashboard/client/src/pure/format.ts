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
  const [whole = '0', part] = fixed.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, thin) : whole;
  const negative = value < 0 && Number(fixed) !== 0;
  return `${negative ? minus : ''}${grouped}${part === undefined ? '' : `.${part}`}`;
}

/** Decimals that show three significant digits of a figure. */
export const significantDecimals = (value: number): number =>
  value === 0 ? 0 : Math.min(9, Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(value)))));

/** A figure with three significant digits, without zeros at its end; whole numbers keep all of their digits. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return missing;
  const text = formatNumber(value, Number.isInteger(value) ? 0 : significantDecimals(value));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A fraction in percent: `0.125` is `12.5 %`. */
export const formatPercent = (fraction: number): string => `${formatFigure(100 * fraction)} %`;

/** `1 alert`, `2 alerts` */
export const formatCount = (count: number, noun: string): string => `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;

/** A difference: with its sign in any case. */
export function formatSigned(value: number, decimals = 0): string {
  const text = formatNumber(value, decimals);
  return text.startsWith(minus) || !Number.isFinite(value) ? text : `+${text}`;
}

const units = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1000, name: 's' },
] as const;

/**
 * A duration in its largest units, of which those that are zero are left out: `38 s`, `2 h 10 min`, `7 d`.
 * @param parts number of units at most
 */
export function formatDuration(ms: number, parts: 1 | 2 = 2): string {
  if (Number.isNaN(ms)) return missing;
  const at = units.findIndex((unit) => ms >= unit.ms);
  if (at < 0) return '0 s';
  let left = ms;
  return units
    .slice(at, at + parts)
    .flatMap(({ ms: size, name }) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count === 0 ? [] : [`${count} ${name}`];
    })
    .join(' ');
}
