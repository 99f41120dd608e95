import type { WireEnds, WireFaultEvent, WireReadingsEvent, WireWriteEvent } from '../../src/core/wire.ts';
import type { PacketStamp, Side, WireMessage, WireReport } from '../../collectors/capture/decoder.ts';

/** Ends of the connection in decoder tests. */
export const testEnds: WireEnds = { client: '10.0.0.9', server: '10.0.0.1', port: 502, protocol: 'modbus', device: 'plc1' };

/** Reports in order and by kind. */
export interface Recorded {
  readonly messages: (WireMessage & { readonly at: PacketStamp })[];
  readonly writes: Omit<WireWriteEvent, 'type' | 'time' | 'tap' | 'ends'>[];
  readonly readings: Omit<WireReadingsEvent, 'type' | 'time' | 'tap' | 'ends'>[];
  readonly faults: Omit<WireFaultEvent, 'type' | 'time' | 'tap' | 'ends'>[];
}

export function recorder(): WireReport & Recorded {
  const recorded: Recorded = { messages: [], writes: [], readings: [], faults: [] };
  return {
    ...recorded,
    message: (message, at) => recorded.messages.push({ ...message, at }),
    write: (write) => recorded.writes.push(write),
    answered: (readings) => recorded.readings.push(readings),
    session: () => {},
    fault: (fault) => recorded.faults.push(fault),
  };
}

/** One frame that one side sends. */
export interface Sent {
  readonly from: Side;
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Buffer;
}

export const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => bytes.writeUInt16BE(value & 0xffff, 2 * i));
  return bytes;
};

/** Packs bits as Modbus does, the first in the lowest position. */
export const packed = (bits: readonly boolean[]): Buffer => {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] ?? 0) + 2 ** (i % 8);
  });
  return bytes;
};

const join = (...parts: readonly (Buffer | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)));

/** PDUs of requests, after the specification (V1.1b3, section 6). */
export const ask = {
  read: (code: 1 | 2 | 3 | 4, start: number, count: number) => join(code, words(start, count)),
  coil: (at: number, on: boolean) => join(5, words(at, on ? 0xff00 : 0)),
  register: (at: number, value: number) => join(6, words(at, value)),
  coils: (start: number, bits: readonly boolean[]) =>
    join(15, words(start, bits.length), Math.ceil(bits.length / 8), packed(bits)),
  registers: (start: number, values: readonly number[]) =>
    join(16, words(start, values.length), 2 * values.length, words(...values)),
  mask: (at: number, and: number, or: number) => join(22, words(at, and, or)),
  both: (start: number, count: number, to: number, values: readonly number[]) =>
    join(23, words(start, count, to, values.length), 2 * values.length, words(...values)),
  fifo: (at: number) => join(24, words(at)),
  diagnostic: (sub: number, data: number) => join(8, words(sub, data)),
  file: (file: number, record: number, values: readonly number[]) =>
    join(21, 7 + 2 * values.length, 6, words(file, record, values.length, ...values)),
  fileRead: (file: number, record: number, count: number) => join(20, 7, 6, words(file, record, count)),
  identity: () => Buffer.from([43, 14, 1, 0]),
  bare: (code: 7 | 11 | 12 | 17) => Buffer.from([code]),
} as const;

/** PDUs of responses. */
export const answer = {
  bits: (code: 1 | 2, bits: readonly boolean[]) => join(code, Math.ceil(bits.length / 8), packed(bits)),
  registers: (code: 3 | 4 | 23, values: readonly number[]) => join(code, 2 * values.length, words(...values)),
  echo: (request: Buffer) => Buffer.from(request),
  wrote: (request: Buffer) => request.subarray(0, 5),
  status: (value: number) => Buffer.from([7, value]),
  counter: (count: number) => join(11, words(0, count)),
  counted: (code: 12 | 17, data: Buffer) => join(code, data.length, data),
  fifo: (values: readonly number[]) => join(24, words(2 + 2 * values.length, values.length, ...values)),
  fileRead: (values: readonly number[]) => join(20, 2 + 2 * values.length, 1 + 2 * values.length, 6, words(...values)),
  identity: (objects: readonly string[]) =>
    join(43, 14, 1, 1, 0, 0, objects.length, ...objects.flatMap((text, i) => [i, text.length, Buffer.from(text, 'latin1')])),
  refusal: (code: number, exception: number) => Buffer.from([code | 0x80, exception]),
} as const;
