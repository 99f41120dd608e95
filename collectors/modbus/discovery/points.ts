import type { FoundPoint } from '../../../src/core/discovery.ts';
import type { ModbusTable } from '../../../src/modbus/address.ts';
import { isBitTable } from '../planner.ts';
import { guessReadings } from './guess.ts';
import type { Piece } from './probe.ts';
import { isCounter, type Reading, type Run } from './readings.ts';

/** Usual abbreviations of the four tables. */
const letters: Readonly<Record<ModbusTable, string>> = { coil: 'C', discrete: 'D', holding: 'H', input: 'I' };

/** Highest value of a register that is guessed to hold states. */
const highestState = 15;
const mostStates = 4;

type Place = Pick<FoundPoint, 'name' | 'equipment' | 'address'>;

/**
 * Points for every address that was read, with the likeliest types. @param unit default unit of the device, which addresses omit
 */
export function pointsOf(pieces: readonly Piece[], unit: number): FoundPoint[] {
  const units = new Set(pieces.map((piece) => piece.unit));
  const place = (of: Piece, at: number): Place => ({
    name: `${units.size > 1 ? `U${of.unit}.` : ''}${letters[of.table]}${at}`,
    address: { ...(of.unit === unit ? {} : { unit: of.unit }), table: of.table, register: at },
    equipment: units.size > 1 ? `unit-${of.unit}` : undefined,
  });
  const bits = pieces.filter(({ table }) => isBitTable(table));
  const registers = runsOf(pieces.filter(({ table }) => !isBitTable(table)));
  const found: FoundPoint[] = bits.flatMap((piece) =>
    bitsOf(piece).map(({ at, description }) => ({ ...place(piece, at), kind: 'discrete', description })),
  );
  // Each unit is a device of its own, with its own conventions.
  for (const ofUnit of Map.groupBy(registers, ({ first }) => first.unit).values()) {
    const { readings } = guessReadings(ofUnit.map(({ run }) => run));
    for (const { first, run } of ofUnit)
      for (const reading of readings.get(run) ?? []) found.push(registerPoint(place(first, run.start + reading.at), reading));
  }
  return found.toSorted(byAddress);
}

function registerPoint(place: Place, reading: Reading): FoundPoint {
  const { type, order, values, text } = reading;
  const address = { ...place.address, ...(type === 'uint16' ? {} : { type }), ...(order === 'CDAB' ? { order } : {}) };
  if (type === 'string') {
    return {
      ...place,
      address: { ...address, length: text.length },
      kind: 'text',
      description: `guessed text, "${text.trim()}"`,
    };
  }
  const what = [type, ...(order === undefined ? [] : [order])].join(', ');
  const states = statesOf(reading);
  if (states !== undefined) return { ...place, address, kind: 'discrete', decimals: 0, description: `guessed ${states}` };
  if (type === 'uint32' && isCounter(values)) {
    const description = `guessed counter, ${what}, ${spread(values)}, only rises`;
    return { ...place, address, kind: 'counter', decimals: 0, description };
  }
  const decimals = type === 'float32' ? decimalsOf(values) : 0;
  const rises = type === 'uint16' && isCounter(values) ? ', only rises: perhaps a counter' : '';
  return { ...place, address, kind: 'analog', decimals, description: `guessed ${what}, ${spread(values)}${rises}` };
}

/** Note on a register that may hold states or bits; undefined for others. */
function statesOf({ type, values }: Reading): string | undefined {
  const seen = [...new Set(values)].toSorted((a, b) => a - b);
  if (type !== 'uint16' || seen.length < 2) return undefined;
  if (seen.length <= mostStates && (seen.at(-1) ?? 0) <= highestState) return `states, ${seen.join(', ')} seen`;
  const turned = values.slice(1).map((value, i) => value ^ (values[i] ?? 0));
  const single = turned.every((word) => (word & (word - 1)) === 0);
  const places = Array.from({ length: 16 }, (_, i) => i).filter((i) => turned.some((word) => ((word >> i) & 1) === 1));
  const named = places.length === 1 ? `bit ${places[0]} changes` : `bits ${places.join(', ')} change`;
  return single && places.every((place) => place >= 4) ? `word of bits, ${named}` : undefined;
}

function bitsOf(piece: Piece): { readonly at: number; readonly description: string }[] {
  return Array.from({ length: piece.count }, (_, i) => {
    const seen = new Set(piece.data.flatMap((bytes) => (bytes === undefined ? [] : [((bytes[i >> 3] ?? 0) >> (i & 7)) & 1])));
    const [first] = seen;
    return { at: piece.start + i, description: seen.size > 1 ? 'guessed state, it changes' : `guessed state, always ${first}` };
  });
}

/** Consecutive registers of one unit and table, across requests. */
function runsOf(pieces: readonly Piece[]): { readonly first: Piece; readonly run: Run }[] {
  const sorted = pieces.toSorted((a, b) => a.unit - b.unit || a.table.localeCompare(b.table) || a.start - b.start);
  const groups: Piece[][] = [];
  for (const piece of sorted) {
    const last = groups.at(-1)?.at(-1);
    const follows = last?.unit === piece.unit && last.table === piece.table && last.start + last.count === piece.start;
    if (follows) groups.at(-1)?.push(piece);
    else groups.push([piece]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const samplings = Math.max(...group.map(({ data }) => data.length));
    const samples = Array.from({ length: samplings }, (_, sampling) =>
      Float64Array.from(group.flatMap((piece) => registersOf(piece, sampling))),
    );
    return [{ first, run: { start: first.start, samples } }];
  });
}

const registersOf = ({ count, data }: Piece, sampling: number): number[] =>
  Array.from({ length: count }, (_, i) => data[sampling]?.readUInt16BE(2 * i) ?? Number.NaN);

const shown = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));

function spread(values: readonly number[]): string {
  const [low, high] = [shown(Math.min(...values)), shown(Math.max(...values))];
  return low === high ? `always ${low}` : `${low}…${high}`;
}

/** Decimals for about four digits of the largest value. */
function decimalsOf(values: readonly number[]): number {
  const most = Math.max(...values.map(Math.abs));
  return most === 0 ? 2 : Math.max(0, Math.min(4, 3 - Math.floor(Math.log10(most))));
}

const byAddress = (a: FoundPoint, b: FoundPoint): number => a.name.localeCompare(b.name, 'en', { numeric: true });
