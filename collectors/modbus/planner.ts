import type { ModbusTable } from '../../src/modbus/address.ts';

/** An indivisible range to be read: `width` registers or bits of a unit's table from `start` on. */
export interface Span {
  readonly unit: number;
  readonly table: ModbusTable;
  readonly start: number;
  readonly width: number;
}

/** One request: `count` registers or bits from `start` on, and its spans by increasing start. */
export interface Block<S extends Span = Span> {
  readonly unit: number;
  readonly table: ModbusTable;
  readonly start: number;
  readonly count: number;
  readonly spans: readonly S[];
}

/**
 * Addresses from `from` up to but not including `to` that no request may touch or reach across. If both are equal, requests must
 * be divided there. Applies to every unit if none is given.
 */
export interface Barrier {
  readonly unit?: number | undefined;
  readonly table: ModbusTable;
  readonly from: number;
  readonly to: number;
}

/**
 * Limits and cost of a request. The cost is expressed as an equivalent amount of data: with a `fillRegisters` of 64, one more
 * request costs as much as 64 more registers.
 */
export interface PlanRules {
  readonly maxRegisters: number;
  readonly maxBits: number;
  readonly fillRegisters: number;
  readonly fillBits: number;
  readonly barriers: readonly Barrier[];
}

export const isBitTable = (table: ModbusTable): boolean => table === 'coil' || table === 'discrete';

/** Maximum number of registers or bits of a request of this table. */
export const mostOf = (table: ModbusTable, { maxBits, maxRegisters }: Pick<PlanRules, 'maxBits' | 'maxRegisters'>): number =>
  isBitTable(table) ? maxBits : maxRegisters;

/** True if `start` to `end` (exclusive) touches the barrier or reaches across it. */
export const crosses = (barrier: Barrier, { unit, table }: Pick<Span, 'unit' | 'table'>, start: number, end: number): boolean =>
  barrier.table === table && (barrier.unit ?? unit) === unit && start < barrier.to && end > barrier.from;

/** Number of registers or bits of a block outside of its spans. */
export function unusedOf({ start, count, spans }: Block): number {
  let used = 0;
  let end = start;
  for (const span of spans) {
    used += Math.max(0, span.start + span.width - Math.max(end, span.start));
    end = Math.max(end, span.start + span.width);
  }
  return count - used;
}

/**
 * Joins spans into requests at minimum cost, and among plans of equal cost into the fewest requests. A request joins spans of one
 * unit and table that are adjacent in order of their start: an exchange argument shows that no other grouping is cheaper. The
 * best plan of the first n spans is the best plan of the first m and one request for the rest, for the best m (dynamic
 * programming, R. Bellman 1957).
 * @throws RangeError for a span that is wider than a request or touches a barrier
 */
export function planBlocks<S extends Span>(spans: readonly S[], rules: PlanRules): Block<S>[] {
  const groups = Map.groupBy(spans, ({ unit, table }) => `${unit} ${table}`);
  return [...groups.values()]
    .map((group) => group.toSorted((a, b) => a.start - b.start || a.width - b.width))
    .toSorted(byUnitAndTable)
    .flatMap((sorted) => planSorted(sorted, rules));
}

const tableOrder: readonly ModbusTable[] = ['coil', 'discrete', 'holding', 'input'];

function byUnitAndTable([a]: readonly Span[], [b]: readonly Span[]): number {
  if (a === undefined || b === undefined) return 0;
  return a.unit - b.unit || tableOrder.indexOf(a.table) - tableOrder.indexOf(b.table);
}

interface Best {
  readonly cost: number;
  readonly requests: number;
  /** Index of the first span of the last request. */
  readonly from: number;
}

function planSorted<S extends Span>(sorted: readonly S[], rules: PlanRules): Block<S>[] {
  const [first] = sorted;
  if (first === undefined) return [];
  const most = mostOf(first.table, rules);
  const perRequest = isBitTable(first.table) ? rules.fillBits : rules.fillRegisters;
  const barriers = rules.barriers.filter(({ unit, table }) => table === first.table && (unit ?? first.unit) === first.unit);
  const best: Best[] = [{ cost: 0, requests: 0, from: 0 }];
  for (let to = 1; to <= sorted.length; to++) {
    let chosen: Best | undefined;
    let end = 0;
    for (let from = to - 1; from >= 0; from--) {
      const { start, width } = sorted[from] as S;
      end = Math.max(end, start + width);
      // Further spans only make the request longer: it stays forbidden.
      if (end - start > most || barriers.some((barrier) => crosses(barrier, first, start, end))) break;
      const before = best[from] as Best;
      const cost = before.cost + perRequest + end - start;
      const requests = before.requests + 1;
      if (chosen === undefined || cost < chosen.cost || (cost === chosen.cost && requests < chosen.requests))
        chosen = { cost, requests, from };
    }
    if (chosen === undefined) throw new RangeError(`no request can read ${first.table} ${sorted[to - 1]?.start}`);
    best.push(chosen);
  }
  const blocks: Block<S>[] = [];
  for (let to = sorted.length; to > 0; ) {
    const { from } = best[to] as Best;
    blocks.push(blockOf(sorted.slice(from, to)));
    to = from;
  }
  return blocks.toReversed();
}

/** Block that reads all of `spans`, which belong to one unit and table and have increasing starts. */
export function blockOf<S extends Span>(spans: readonly S[]): Block<S> {
  const [first] = spans;
  if (first === undefined) throw new RangeError('a block needs a span');
  const end = spans.reduce((most, { start, width }) => Math.max(most, start + width), 0);
  return { unit: first.unit, table: first.table, start: first.start, count: end - first.start, spans };
}
