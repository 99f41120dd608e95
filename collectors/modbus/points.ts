import { TextDictionary } from '../../src/core/batch.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { addressSchema, defaultType, registersIn } from '../../src/modbus/address.ts';
import { type Decoder, decoderFor } from '../../src/modbus/decoder.ts';
import type { Span } from './planner.ts';

/** A tag of a session. Its mutable fields hold the last known state. */
export interface Point extends Span {
  /** Index in the tag table of the run. */
  readonly tag: number;
  readonly name: string;
  /** Period of its scan class, ms of stream time. */
  readonly periodMs: number;
  readonly decoder: Decoder;
  /** Engineering range; infinite without one. */
  readonly low: number;
  readonly high: number;
  /** Codes of the texts of a string tag. */
  readonly dictionary: TextDictionary | undefined;
  /** Last usable value, NaN before the first. */
  lastValue: number;
  lastText: string | undefined;
  /** Number of consecutive polls without an answer. */
  misses: number;
}

/** Points with the same scan period. */
export interface ScanClass {
  readonly periodMs: number;
  readonly points: readonly Point[];
}

/**
 * Tags of the device by their scan period, the fastest first.
 * @param unit default unit id
 * @throws ScadaError CONFIG_INVALID for an impossible address
 */
export function scanClasses(device: string, tags: TagTable, unit: number): ScanClass[] {
  const byPeriod = Map.groupBy(tags.ofDevice(device), (index) => tags.at(index).scanMs);
  return [...byPeriod]
    .map(([periodMs, indices]) => ({ periodMs, points: indices.map((index) => pointOf(tags, index, unit)) }))
    .toSorted((a, b) => a.periodMs - b.periodMs);
}

function pointOf(tags: TagTable, index: number, unit: number): Point {
  const { name, address, range, scanMs } = tags.at(index);
  const parsed = addressSchema.safeParse(address);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ScadaError('config', 'CONFIG_INVALID', `tag ${name}, address ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { table, register, type = defaultType(table), length } = parsed.data;
  return {
    tag: index,
    name,
    periodMs: scanMs,
    unit: parsed.data.unit ?? unit,
    table,
    start: register,
    width: table === 'coil' || table === 'discrete' ? 1 : registersIn(type, length),
    decoder: decoderFor(parsed.data),
    low: range?.low ?? Number.NEGATIVE_INFINITY,
    high: range?.high ?? Number.POSITIVE_INFINITY,
    dictionary: type === 'string' ? new TextDictionary() : undefined,
    lastValue: Number.NaN,
    lastText: undefined,
    misses: 0,
  };
}
