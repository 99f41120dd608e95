/** Text of figures and times, as display.md section 4 has it: U+2212 minus, thin space for thousands, fixed decimals. */

const minus = '\u2212';
const thin = '\u2009';

/** A figure with fixed decimals; a dash pair for what is not a number. */
export function formatNumber(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return '––';
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '0', part] = fixed.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, thin) : whole;
  const negative = value < 0 && Number(fixed) !== 0;
  return `${negative ? minus : ''}${grouped}${part === undefined ? '' : `.${part}`}`;
}

/** With a sign in front in any case. */
export function formatSigned(value: number, decimals = 0): string {
  const text = formatNumber(value, decimals);
  return text.startsWith(minus) || !Number.isFinite(value) ? text : `+${text}`;
}

/** A span in the largest two units that matter: `38 s`, `4 min`, `1 h 25`, `2 d 4 h`. */
export function formatSpan(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 24) return `${h} h ${String(min % 60).padStart(2, '0')}`;
  return `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** A running counter: `00:00:47`. */
export function formatCounter(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** Minutes and seconds left: `4:12`. */
export function formatCountdown(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/** Bytes and counts in short: `1.2 k`, `3.4 M`. */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return '––';
  const steps = [
    { at: 1e9, unit: ' G' },
    { at: 1e6, unit: ' M' },
    { at: 1e4, unit: ' k' },
  ] as const;
  for (const { at, unit } of steps) {
    if (Math.abs(value) >= at) return `${(value / (at === 1e4 ? 1e3 : at)).toFixed(1)}${unit}`;
  }
  return formatNumber(value, Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1);
}
