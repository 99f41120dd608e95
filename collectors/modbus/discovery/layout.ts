import { ScadaError } from '../../../src/core/errors.ts';
import type { ModbusConfig } from '../config.ts';
import type { ReadRequest } from '../link.ts';
import { crosses, mostOf } from '../planner.ts';
import { describeException } from '../quality.ts';
import { rulesOf } from '../rules.ts';
import type { ModbusDiscoveryOptions, Stretch } from './options.ts';

/** A range that could not be read, and the reason. */
export interface Refused extends ReadRequest {
  readonly why: string;
}

/** Units to be read. @throws ScadaError CONFIG_INVALID for a unit id that RTU does not permit */
export function unitsOf({ unit, transport }: ModbusConfig, options: ModbusDiscoveryOptions): readonly number[] {
  const units = [...new Set(options.unit.flat())].toSorted((a, b) => a - b);
  const wrong = units.find((id) => id === 0 || id > 247);
  if (wrong !== undefined && (transport === 'serial' || transport === 'rtu-over-tcp')) {
    const message = `RTU units are 1 to 247, not ${wrong}: 0 is a call to all, which nobody answers`;
    throw new ScadaError('config', 'INPUT_INVALID', message, { hint: 'name others, e.g. --unit 1-3' });
  }
  return units.length === 0 ? [unit] : units;
}

/** Requests that read each address once: as few as the device's limits permit, and none of a forbidden address. */
export function layOut(config: ModbusConfig, options: ModbusDiscoveryOptions): readonly ReadRequest[] {
  const rules = rulesOf(config);
  return unitsOf(config, options).flatMap((unit) =>
    joined(options.range).flatMap(({ table, from, to }) => {
      const barriers = rules.barriers.filter((barrier) => crosses(barrier, { unit, table }, from, to + 1));
      const most = mostOf(table, rules);
      // Even, so that a value of two registers at an even offset is never divided.
      const size = most > 1 ? most - (most % 2) : 1;
      return without({ table, from, to }, barriers).flatMap((part) => cutUp(unit, part, size));
    }),
  );
}

/** Merges ranges of the same table that touch or overlap. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const sorted = stretches.toSorted((a, b) => a.table.localeCompare(b.table) || a.from - b.from);
  const all: Stretch[] = [];
  for (const stretch of sorted) {
    const last = all.at(-1);
    if (last?.table !== stretch.table || stretch.from > last.to + 1) all.push(stretch);
    else all[all.length - 1] = { ...last, to: Math.max(last.to, stretch.to) };
  }
  return all;
}

/** Remaining parts of a range; `to` of a barrier is the first address after it. */
function without(stretch: Stretch, barriers: readonly { readonly from: number; readonly to: number }[]): Stretch[] {
  const parts: Stretch[] = [];
  let { from } = stretch;
  for (const barrier of barriers.toSorted((a, b) => a.from - b.from)) {
    if (barrier.from > from) parts.push({ ...stretch, from, to: barrier.from - 1 });
    from = Math.max(from, barrier.to);
  }
  if (from <= stretch.to) parts.push({ ...stretch, from });
  return parts;
}

function cutUp(unit: number, { table, from, to }: Stretch, size: number): ReadRequest[] {
  const requests: ReadRequest[] = [];
  for (let start = from; start <= to; start += size) requests.push({ unit, table, start, count: Math.min(size, to - start + 1) });
  return requests;
}

/** The two halves of a request; the first has an even length if possible. */
export function halves({ unit, table, start, count }: ReadRequest): readonly [ReadRequest, ReadRequest] {
  const half = count >> 1;
  const first = half > 1 ? half + (half % 2) : half;
  return [
    { unit, table, start, count: first },
    { unit, table, start: start + first, count: count - first },
  ];
}

export const rangeText = ({ unit, table, start, count }: ReadRequest): string =>
  `unit ${unit}, ${table} ${count === 1 ? start : `${start}–${start + count - 1}`}`;

export const refusedBy = (exception: number): string => `refused with ${describeException(exception)}`;

/** One sentence for each group of neighbours that were refused for the same reason. */
export function refusals(refused: readonly Refused[]): string[] {
  const groups = Map.groupBy(refused, ({ unit, table, why }) => `${unit} ${table} ${why}`);
  return [...groups.values()].flatMap((group) => {
    const all: Refused[] = [];
    for (const one of group.toSorted((a, b) => a.start - b.start)) {
      const last = all.at(-1);
      if (last === undefined || one.start > last.start + last.count) all.push(one);
      else all[all.length - 1] = { ...last, count: Math.max(last.count, one.start + one.count - last.start) };
    }
    return all.map((one) => `${rangeText(one)}: ${one.why}`);
  });
}
