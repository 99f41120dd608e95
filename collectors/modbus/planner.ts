import type { ModbusTable } from '../../src/modbus/address.ts';

/** Something to read: `width` registers or bits of a table from `start` on, never to be torn apart. */
export interface Span {
  readonly table: ModbusTable;
  readonly start: number;
  readonly width: number;
}

/** One request: `count` registers or bits from `start` on, and the spans that it brings, by rising start. */
export interface Block<S extends Span = Span> {
  readonly table: ModbusTable;
  readonly start: number;
  readonly count: number;
  readonly spans: readonly S[];
}

/** What one request may carry, and how much that nobody asked for it may read to save another request. */
export interface PlanLimits {
  readonly maxRegisters: number;
  readonly maxBits: number;
  readonly fillRegisters: number;
  readonly fillBits: number;
}

const tables: readonly ModbusTable[] = ['coil', 'discrete', 'holding', 'input'];

/**
 * Joins spans into the fewest requests that keep the limits. Taking spans by rising start and putting each into the request
 * before if it fits is optimal: a request that begins later can never reach less far.
 * A span wider than the limit gets a request of its own: the device will say what it thinks of it.
 */
export function planBlocks<S extends Span>(spans: readonly S[], limits: PlanLimits): Block<S>[] {
  return tables.flatMap((table) => {
    const bits = table === 'coil' || table === 'discrete';
    const most = bits ? limits.maxBits : limits.maxRegisters;
    const fill = bits ? limits.fillBits : limits.fillRegisters;
    const sorted = spans.filter((span) => span.table === table).toSorted((a, b) => a.start - b.start || a.width - b.width);
    const blocks: Block<S>[] = [];
    let open: S[] = [];
    let end = 0;
    for (const span of sorted) {
      const start = open[0]?.start ?? 0;
      const reach = Math.max(end, span.start + span.width);
      if (open.length > 0 && (span.start - end > fill || reach - start > most)) {
        blocks.push(blockOf(open));
        open = [];
      }
      end = open.length === 0 ? span.start + span.width : reach;
      open.push(span);
    }
    if (open.length > 0) blocks.push(blockOf(open));
    return blocks;
  });
}

/**
 * What to read instead of a block that the device refuses for an illegal address: its runs without gaps, since the address
 * that nobody asked for is the first suspect; a run without gaps in two halves. A block of one span can not be split.
 */
export function splitBlock<S extends Span>({ spans }: Block<S>): Block<S>[] {
  const runs: S[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    const run = runs.at(-1);
    if (run === undefined || span.start > end) runs.push([span]);
    else run.push(span);
    end = Math.max(end, span.start + span.width);
  }
  if (runs.length > 1) return runs.map(blockOf);
  const half = Math.ceil(spans.length / 2);
  return [spans.slice(0, half), spans.slice(half)].filter((part) => part.length > 0).map(blockOf);
}

function blockOf<S extends Span>(spans: readonly S[]): Block<S> {
  const first = spans[0];
  if (first === undefined) throw new RangeError('a block needs a span');
  const end = spans.reduce((most, { start, width }) => Math.max(most, start + width), 0);
  return { table: first.table, start: first.start, count: end - first.start, spans };
}
