import { changeBits, floatBits, floatChangeBits, wholeBits } from './codes.ts';

/** Consecutive registers and their values at each sampling: `samples[k][i]`, NaN for a register that could not be read. */
export interface Run {
  readonly start: number;
  readonly samples: readonly Float64Array[];
}

export type WordOrder = 'ABCD' | 'CDAB';

/** One interpretation of one or more registers, and its description length in bits. */
export interface Reading {
  /** Offset in the run. */
  readonly at: number;
  readonly width: number;
  readonly type: 'uint16' | 'int16' | 'float32' | 'uint32' | 'int32' | 'string';
  /** Order of the two words of 32 bits. */
  readonly order: WordOrder | undefined;
  readonly bits: number;
  readonly values: readonly number[];
  /** Content of a string. */
  readonly text: string;
}

/** Prior cost of each type in bits: its rarity among registers. */
const rarity = { uint16: 1, int16: 4, float32: 2, counter: 3, integer: 8, text: 8 } as const;
/** Cost in bits of a half that is always 0: more likely a separate register. */
const idleHalf = 7;
/** Cost in bits of a value that fills its register: more likely one half of a longer value. */
const fullRegister = 4;
const fullAt = 20_000;

const same = { order: undefined, text: '' } as const;

/** Readings of a single register. */
export function singles(run: Run, at: number): Reading[] {
  const values = column(run, at);
  const [first = 0] = values;
  const signed = values.map((value) => (value >= 0x8000 ? value - 0x10000 : value));
  const full = first > fullAt ? fullRegister : 0;
  const unsigned: Reading = {
    at,
    width: 1,
    type: 'uint16',
    values,
    bits: rarity.uint16 + wholeBits(first, 16) + full + changeBits(values, 16, false),
    ...same,
  };
  if (signed.every((value) => value >= 0)) return [unsigned];
  const magnitude = Math.min(17, wholeBits(Math.abs(signed[0] ?? 0), 16) + 1);
  const bits = rarity.int16 + magnitude + changeBits(signed, 16, false);
  return [unsigned, { ...unsigned, type: 'int16', values: signed, bits }];
}

/** Readings of two registers as 32 bits, in both word orders. */
export function pairs(run: Run, at: number): Reading[] {
  const words = run.samples
    .map((sample) => [sample[at] ?? Number.NaN, sample[at + 1] ?? Number.NaN] as const)
    .filter(([a, b]) => !Number.isNaN(a) && !Number.isNaN(b));
  if (words.every(([a, b]) => a === 0 && b === 0)) return [];
  return (['ABCD', 'CDAB'] as const).flatMap((order) => {
    const raw = words.map(([a, b]) => (order === 'ABCD' ? a * 0x10000 + b : b * 0x10000 + a));
    return [asFloat(raw, at, order), ...asIntegers(raw, at, order)].filter(({ bits }) => Number.isFinite(bits));
  });
}

const view = new DataView(new ArrayBuffer(4));

function asFloat(raw: readonly number[], at: number, order: WordOrder): Reading {
  const values = raw.map((word) => {
    view.setUint32(0, word);
    return view.getFloat32(0);
  });
  let bits = rarity.float32 + 1;
  values.forEach((value, i) => {
    const before = values[i - 1];
    bits += before === undefined ? floatBits(value) : Math.max(plausible(value), floatChangeBits(before, value));
  });
  if (values.every((value) => value === values[0])) bits -= values.length - 1;
  return { at, width: 2, type: 'float32', order, bits, values, text: '' };
}

/** 0, or infinite for a value that no plant measures. */
const plausible = (value: number): number => (Number.isFinite(floatBits(value)) ? 0 : Number.POSITIVE_INFINITY);

function asIntegers(raw: readonly number[], at: number, order: WordOrder): Reading[] {
  const signed = raw.map((word) => word | 0);
  const idle = raw.every((word) => word < 0x10000) || raw.every((word) => (word & 0xffff) === 0);
  const counter = isCounter(raw);
  const prior = (counter ? rarity.counter : rarity.integer) + (idle ? idleHalf : 0);
  const bits = prior + wholeBits(raw[0] ?? 0, 32) + changeBits(raw, 32, counter);
  const unsigned: Reading = { at, width: 2, type: 'uint32', order, bits, values: raw, text: '' };
  if (signed.every((value) => value >= 0)) return [unsigned];
  const signedBits = rarity.integer + 1 + wholeBits(Math.abs(signed[0] ?? 0), 32) + changeBits(signed, 32, false);
  return [unsigned, { ...unsigned, type: 'int32', values: signed, bits: signedBits }];
}

/** True for values that rise more than once and never fall. */
export function isCounter(values: readonly number[]): boolean {
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? 0));
  return steps.every((step) => step >= 0) && steps.filter((step) => step > 0).length >= 2;
}

const leastRegisters = 4;
const mostRegisters = 60;
const characterBits = 6;

/** Registers from `at` on as a constant text; undefined if there is none. */
export function textAt(run: Run, at: number): Reading | undefined {
  const length = run.samples[0]?.length ?? 0;
  let text = '';
  let width = 0;
  while (at + width < length && width < mostRegisters) {
    const pair = characters(column(run, at + width));
    if (pair === undefined) break;
    text += pair;
    width++;
    // NUL ends a text.
    if (pair.length < 2) break;
  }
  const letters = text.match(/[A-Za-z0-9 ]/g)?.length ?? 0;
  if (width < leastRegisters || letters < 0.8 * text.length || !/[A-Za-z]{2}/.test(text)) return undefined;
  return { at, width, type: 'string', order: undefined, bits: rarity.text + characterBits * text.length, values: [], text };
}

/** Two printable characters, or one before a NUL, which a register holds at all samplings. */
function characters(values: readonly number[]): string | undefined {
  const [first] = values;
  if (first === undefined || values.some((value) => value !== first)) return undefined;
  const [high, low] = [first >> 8, first & 0xff];
  const printable = (code: number): boolean => code >= 0x20 && code < 0x7f;
  if (!printable(high)) return undefined;
  if (low === 0) return String.fromCharCode(high);
  return printable(low) ? String.fromCharCode(high, low) : undefined;
}

const column = (run: Run, at: number): number[] =>
  run.samples.map((sample) => sample[at] ?? Number.NaN).filter((value) => !Number.isNaN(value));
