import { type RegisterMemory, valueAt } from './memory.ts';
import type { FileRecord, Request, Writing } from './pdu.ts';
import type { ModbusPoint, ModbusPoints } from './points.ts';

/** Maximum number of events for one request. The rest is reported in one event that names the range. */
export const maxTagWrites = 128;
export const maxBareWrites = 16;
/** Maximum number of values listed in an event for a range. */
const spelledOut = 8;

/** A requested write; its result is known when it is settled. */
export interface WriteDraft {
  readonly target: string;
  readonly tag?: number | undefined;
  readonly before?: number | string | undefined;
  /** New value if the write is accepted. */
  readonly after: () => number | string;
}

/** Destination of a request. */
export interface WriteTarget {
  readonly device: string | undefined;
  readonly endpoint: number;
  readonly unit: number;
}

/** Decodes the writes of requests: per tag where tags exist, else per address. */
export class WriteReader {
  readonly #points: ModbusPoints;
  readonly #memory: RegisterMemory;
  /** The longest value is a string of 250 bytes. */
  readonly #scratch = Buffer.alloc(256);

  constructor(points: ModbusPoints, memory: RegisterMemory) {
    this.#points = points;
    this.#memory = memory;
  }

  /** Writes of a request, with the previous values. */
  drafts(target: WriteTarget, request: Request): WriteDraft[] {
    if (request.writes === undefined) return request.records.slice(0, maxBareWrites).map(fileDraft);
    const { tags, bare } = this.#touched(target, request.writes);
    const { writes } = request;
    return [
      ...tags.slice(0, maxTagWrites).map((point) => this.#tagDraft(target, writes, point)),
      ...summarised(
        writes,
        tags.slice(maxTagWrites).map((point) => Math.max(point.start, writes.start)),
      ),
      ...(bare.length > maxBareWrites
        ? summarised(writes, bare)
        : bare.map((address) => this.#bareDraft(target, writes, address))),
    ];
  }

  /** Tags of which the write changes a part, and the touched addresses without a tag. */
  #touched({ device, unit }: WriteTarget, writes: Writing): { tags: ModbusPoint[]; bare: number[] } {
    const tags = new Set<ModbusPoint>();
    const bare: number[] = [];
    for (let address = writes.start; address < writes.start + writes.count; address++) {
      let anyone = false;
      for (const point of this.#points.at(device, unit, writes.table, address)) {
        if ((point.mask & writes.mask) === 0) continue;
        tags.add(point);
        anyone = true;
      }
      if (!anyone) bare.push(address);
    }
    return { tags: [...tags], bare };
  }

  #tagDraft(target: WriteTarget, writes: Writing, point: ModbusPoint): WriteDraft {
    return {
      target: `${point.table} ${point.start}`,
      tag: point.tag,
      before: this.#value(target, point, undefined),
      after: () => this.#value(target, point, writes) ?? rawPart(writes, point),
    };
  }

  /** Value of the tag from its last known registers with the written part applied; undefined if a part is unknown. */
  #value({ endpoint, unit }: WriteTarget, point: ModbusPoint, writes: Writing | undefined): number | string | undefined {
    const table = point.table === 'coil' ? 'coil' : 'holding';
    for (let i = 0; i < point.width; i++) {
      const address = point.start + i;
      const seen = this.#memory.recall(endpoint, unit, table, address);
      const inside = writes !== undefined && address >= writes.start && address < writes.start + writes.count;
      const mask = inside ? writes.mask : 0;
      if (seen === undefined && (point.mask & ~mask) !== 0) return undefined;
      const value = ((seen ?? 0) & ~mask) | (inside ? valueAt(table, writes.data, address - writes.start) & mask : 0);
      if (table === 'coil') this.#scratch[i] = value;
      else this.#scratch.writeUInt16BE(value, 2 * i);
    }
    return point.decoder.text?.(this.#scratch, 0) ?? point.decoder.value(this.#scratch, 0);
  }

  #bareDraft({ endpoint, unit }: WriteTarget, writes: Writing, address: number): WriteDraft {
    const before = this.#memory.recall(endpoint, unit, writes.table, address);
    const written = valueAt(writes.table, writes.data, address - writes.start) & writes.mask;
    const masked = writes.mask !== 0xffff;
    return {
      target: `${writes.table} ${address}`,
      before,
      after: () => {
        if (!masked) return written;
        const now = this.#memory.recall(endpoint, unit, writes.table, address);
        return now === undefined ? maskText(writes.mask, written) : (now & ~writes.mask) | written;
      },
    };
  }
}

const hex = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
const maskText = (mask: number, value: number): string => `bits ${hex(mask)} to ${hex(value & mask)}`;

/** Written raw value of a tag whose other part is not known. */
function rawPart(writes: Writing, point: ModbusPoint): string {
  const from = Math.max(writes.start, point.start);
  const to = Math.min(writes.start + writes.count, point.start + point.width);
  const parts = Array.from({ length: Math.min(to - from, spelledOut) }, (_, i) => {
    const value = valueAt(writes.table, writes.data, from + i - writes.start);
    return writes.mask === 0xffff ? hex(value) : maskText(writes.mask, value);
  });
  return `coded ${parts.join(' ')}${to - from > spelledOut ? ' …' : ''} at ${writes.table} ${from}`;
}

/** One write that stands for many addresses. */
function summarised(writes: Writing, addresses: readonly number[]): WriteDraft[] {
  const [first] = addresses;
  const last = addresses.at(-1);
  if (first === undefined || last === undefined) return [];
  const values = addresses.slice(0, spelledOut).map((address) => valueAt(writes.table, writes.data, address - writes.start));
  const more = addresses.length > spelledOut ? ' …' : '';
  return [
    {
      target: `${writes.table} ${first}–${last}`,
      after: () => `${addresses.length} values: ${values.join(' ')}${more}`,
    },
  ];
}

const fileDraft = ({ file, record, data }: FileRecord): WriteDraft => ({
  target: `file ${file} record ${record}`,
  after: () =>
    `${data.length / 2} registers: ${data.toString('hex', 0, 2 * spelledOut)}${data.length > 2 * spelledOut ? ' …' : ''}`,
});
