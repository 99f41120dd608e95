import type { TagReading } from '../../../src/core/wire.ts';
import { valueAt } from './memory.ts';
import type { Span } from './pdu.ts';
import type { ModbusPoint } from './points.ts';

/** A response to a read. */
export interface AnsweredSpan {
  readonly span: Span;
  /** Registers of two bytes, or packed bits. */
  readonly data: Buffer;
  readonly pointsAt: (address: number) => readonly ModbusPoint[];
  /** True if the tag is to be reported now. Called once for each tag of the response. */
  readonly isDue: (tag: number) => boolean;
}

/** Values of the tags that are completely in a response. Texts and values that are no finite number are omitted. */
export function readingsIn({ span: { table, start, count }, data, pointsAt, isDue }: AnsweredSpan): TagReading[] {
  const readings: TagReading[] = [];
  const inBits = table === 'coil' || table === 'discrete';
  for (let i = 0; i < count; i++) {
    for (const point of pointsAt(start + i)) {
      if (point.start !== start + i || i + point.width > count || !isDue(point.tag)) continue;
      if (!inBits && point.decoder.text?.(data, i) !== undefined) continue;
      const value = inBits ? valueAt(table, data, i) : point.decoder.value(data, i);
      if (Number.isFinite(value)) readings.push({ tag: point.tag, value });
    }
  }
  return readings;
}
