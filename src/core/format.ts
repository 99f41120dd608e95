/** Units of a duration, ms, largest first. */
const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/**
 * Formats a duration in its two largest units: `250 ms`, `1.4 s`, `45 s`, `4 min`, `2 h 10 min`, `3 d 4 h`. The only format of
 * pages, findings, reports and the command line.
 * @param unknown text for a duration that is not a number
 * @param parts most units of the text
 */
export function formatDuration(ms: number, unknown = 'an unknown time', parts: 1 | 2 = 2): string {
  if (!Number.isFinite(ms)) return unknown;
  if (ms === 0) return '0 s';
  if (Math.abs(ms) < 1_000) return `${formatNumber(ms)} ms`;
  if (ms < 0) return `−${formatDuration(-ms, unknown, parts)}`;
  if (ms < 9_950) return `${Number((ms / 1_000).toFixed(1))} s`;
  const at = units.findIndex(([size], i) => roundedTo(ms, units[i + 1]?.[0] ?? size) >= size);
  const [size, unit] = units[at] ?? units[3];
  const next = parts === 1 ? undefined : units[at + 1];
  if (next === undefined) return `${Math.round(ms / size)} ${unit}`;
  const whole = roundedTo(ms, next[0]);
  const rest = (whole % size) / next[0];
  return `${Math.floor(whole / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${next[1]}`}`;
}

/** An estimated duration, to two significant digits of one unit: `42 d`, `2.5 d`, `34 h`, `5 h`. At least one hour. */
export function formatEstimate(ms: number): string {
  const [size, unit] = ms < 2 * 86_400_000 ? units[1] : units[0];
  const count = Math.max(1, ms / size);
  return `${Number(count.toPrecision(2))} ${unit}`;
}

const roundedTo = (ms: number, size: number): number => Math.round(ms / size) * size;

/**
 * A number with three significant digits, or with as many decimals as `decimals` gives where those are more. Whole digits are never
 * rounded away: `0.0123`, `1.5`, `12.4`, `1013`.
 */
export function formatNumber(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : '–';
  const size = Math.abs(value);
  if (size >= 1e9 || (size !== 0 && size < 1e-6)) return value.toPrecision(3).replaceAll('-', '−');
  const needed = size === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(size)));
  return String(Number(value.toFixed(Math.max(decimals, needed)))).replace('-', '−');
}
