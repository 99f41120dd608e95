/**
 * Description lengths in bits: the length of the shortest code for the contents of registers, given the usual values of a plant.
 * A reading with a shorter code is a better one.
 * @see J. Rissanen, Modeling by shortest data description, Automatica 14 (1978) 465–471
 */

/**
 * Length of a whole number ≥ 0: its digits and their number. At most one bit more than `width`, the length of the plain number.
 */
export const wholeBits = (n: number, width: number): number =>
  n === 0 ? 1 : Math.min(width + 1, Math.log2(1 + n) + Math.log2(width));

/** A greater change of a word in one step is a jump: halves of longer values jump, measured values do not. */
const jumps: Readonly<Record<number, number>> = { 16: 8_192, 32: 262_144 };
const jumpBits = 6;

/** Length of consecutive integers after the first one. `rising`: they never fall, which needs no bits per step. */
export function changeBits(values: readonly number[], width: 16 | 32, rising: boolean): number {
  let bits = 1;
  let still = true;
  for (let i = 1; i < values.length; i++) {
    const [before = 0, after = 0] = [values[i - 1], values[i]];
    const by = Math.abs(after - before);
    if (by > 0) still = false;
    if (by === 0) bits += 1;
    else if (width === 16 && isFlip(before, after)) bits += flipBits;
    else bits += Math.min(width + 1, Math.log2(1 + by) + (rising ? 4 : 5)) + (by > (jumps[width] ?? 0) ? jumpBits : 0);
  }
  return still ? 1 : bits;
}

/** Length of a change of one high bit of a word, which is rare in counting: its position takes a few bits. */
const flipBits = 8;
const lowestFlip = 256;
function isFlip(before: number, after: number): boolean {
  const turned = (before ^ after) & 0xffff;
  return turned >= lowestFlip && (turned & (turned - 1)) === 0;
}

/** Binary exponents of values that plants measure, about 0.06 to 32 000; each step beyond costs a bit. */
const usualExponents = { low: -4, high: 14 } as const;
/** A larger exponent is not that of a measured value. */
const mostExponent = 40;
/** Decimal digits of a single-precision number; a value that needs more is as good as random. */
const mostDigits = 7;

/** Length of a single-precision value by itself; infinite for one that no plant measures. */
export function floatBits(value: number): number {
  if (value === 0) return 2;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  if (!Number.isFinite(value) || Math.abs(exponent) > mostExponent) return Number.POSITIVE_INFINITY;
  const { low, high } = usualExponents;
  const magnitude = 4 + Math.max(0, low - exponent, exponent - high);
  return (value < 0 ? 3 : 0.5) + magnitude + mantissaBits(value);
}

/** Length of the mantissa: binary places, or decimal digits for a value set by a person; at most all 23 bits. */
function mantissaBits(value: number): number {
  word.setFloat32(0, value);
  const fraction = word.getUint32(0) & 0x7fffff;
  const places = fraction === 0 ? 0 : 23 - Math.log2(fraction & -fraction);
  return 1 + Math.min(23, places + 3, 3.4 * decimalFigures(value) + 1);
}

const word = new DataView(new ArrayBuffer(4));

/** Number of decimal digits that represent a single-precision value exactly; 8 if more than seven are needed. */
export function decimalFigures(value: number): number {
  for (let figures = 1; figures <= mostDigits; figures++)
    if (Math.fround(Number(value.toPrecision(figures))) === value) return figures;
  return mostDigits + 1;
}

/** A change by fewer of the format's smallest steps is below the resolution of a transmitter. */
const finest = 8;

/**
 * Length of a single-precision value after the previous one: of the change in smallest steps of the format, or of the new value.
 */
export function floatChangeBits(before: number, after: number): number {
  if (before === after) return 1;
  const steps = Math.log2(1 + Math.abs(ordinal(after) - ordinal(before)));
  return Math.min(4 + steps + 1.5 * Math.max(0, finest - steps), floatBits(after) + 1);
}

/** Whole number with the same order as the single-precision values. */
function ordinal(value: number): number {
  word.setFloat32(0, value);
  const bits = word.getUint32(0);
  return bits >= 0x80000000 ? 0x80000000 - bits : bits;
}
