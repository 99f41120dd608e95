import { shapeOfRequest, shapeOfResponse } from './shape.ts';

/** Consecutive coils or registers. */
export interface Span {
  readonly table: 'coil' | 'discrete' | 'holding' | 'input';
  readonly start: number;
  readonly count: number;
}

/** Values that a request writes to a span. */
export interface Writing extends Span {
  readonly table: 'coil' | 'holding';
  /** As on the wire: registers of two bytes, or packed coils. */
  readonly data: Buffer;
  /** Bits of each register that change: all except for a mask write. */
  readonly mask: number;
}

/** Part of a file that a request writes. */
export interface FileRecord {
  readonly file: number;
  readonly record: number;
  readonly data: Buffer;
}

/** A request, as far as it could be decoded. */
export interface Request {
  readonly code: number;
  /** Sub-function of function 8, interface type of function 43. */
  readonly sub: number | undefined;
  /** Violation of the specification. */
  readonly flaw: string | undefined;
  readonly reads: Span | undefined;
  readonly writes: Writing | undefined;
  readonly records: readonly FileRecord[];
}

/** A response, as far as it could be decoded. */
export interface Response {
  /** Function code of the request. */
  readonly code: number;
  readonly sub: number | undefined;
  /** Exception code of a rejection. */
  readonly exception: number | undefined;
  readonly flaw: string | undefined;
  /** Values of a read: registers of two bytes, or packed bits. A view of the input. */
  readonly data: Buffer | undefined;
}

const readTables: Readonly<Record<number, Span['table']>> = {
  1: 'coil',
  2: 'discrete',
  3: 'holding',
  4: 'input',
  23: 'holding',
};

const noRecords: readonly FileRecord[] = [];

/** Sub-code of the functions that have one. */
export function subOf(code: number, pdu: Buffer): number | undefined {
  if (code === 8) return pdu.length >= 3 ? pdu.readUInt16BE(1) : undefined;
  return code === 43 && pdu.length >= 2 ? pdu[1] : undefined;
}

/** `FC3`, `FC8/1`, `FC43/14`. */
export const operationOf = (code: number, sub: number | undefined): string =>
  sub === undefined ? `FC${code}` : `FC${code}/${sub}`;

/** Decodes a request. @param pdu function code and data; kept parts are copied */
export function readRequest(pdu: Buffer): Request {
  const code = pdu[0] ?? 0;
  return {
    code,
    sub: subOf(code, pdu),
    flaw: shapeOfRequest(pdu),
    reads: readSpan(code, pdu),
    writes: writing(code, pdu),
    records: code === 21 ? fileRecords(pdu) : noRecords,
  };
}

/** Decodes a response. @param pdu function code and data */
export function readResponse(pdu: Buffer): Response {
  const first = pdu[0] ?? 0;
  const code = first & 0x7f;
  const flaw = shapeOfResponse(pdu);
  const refused = first > 0x7f;
  return {
    code,
    sub: refused ? undefined : subOf(code, pdu),
    exception: refused ? (pdu[1] ?? 0) : undefined,
    flaw,
    data: refused || flaw !== undefined || readTables[code] === undefined ? undefined : pdu.subarray(2),
  };
}

/** True if an answer repeats the request's address, count or value as required: functions 5, 6, 15, 16 and 22. */
export function echoes(code: number, request: Buffer, response: Buffer): boolean {
  const same = code === 22 ? 7 : code === 5 || code === 6 || code === 15 || code === 16 ? 5 : 0;
  return request.subarray(0, same).equals(response.subarray(0, same));
}

function readSpan(code: number, pdu: Buffer): Span | undefined {
  const table = readTables[code];
  if (table === undefined || pdu.length < 5) return undefined;
  return span(table, pdu.readUInt16BE(1), pdu.readUInt16BE(3));
}

/** Span, limited to the existing addresses. */
function span<Table extends Span['table']>(table: Table, start: number, count: number): Span & { readonly table: Table } {
  return { table, start, count: Math.min(count, 65_536 - start) };
}

function writing(code: number, pdu: Buffer): Writing | undefined {
  const whole = 0xffff;
  if ((code === 5 || code === 6) && pdu.length === 5) {
    const start = pdu.readUInt16BE(1);
    if (code === 6) return { ...span('holding', start, 1), data: Buffer.from(pdu.subarray(3, 5)), mask: whole };
    const value = pdu.readUInt16BE(3);
    if (value !== 0 && value !== 0xff00) return undefined;
    return { ...span('coil', start, 1), data: Buffer.from([value === 0 ? 0 : 1]), mask: whole };
  }
  if (code === 22 && pdu.length === 7) {
    return {
      ...span('holding', pdu.readUInt16BE(1), 1),
      data: Buffer.from(pdu.subarray(5, 7)),
      mask: ~pdu.readUInt16BE(3) & whole,
    };
  }
  const at = code === 23 ? 5 : 1;
  if ((code !== 15 && code !== 16 && code !== 23) || pdu.length < at + 5) return undefined;
  const [start, count, bytes] = [pdu.readUInt16BE(at), pdu.readUInt16BE(at + 2), pdu[at + 4] ?? 0];
  const needed = code === 15 ? Math.ceil(count / 8) : 2 * count;
  if (count === 0 || bytes !== needed || pdu.length !== at + 5 + bytes) return undefined;
  const data = Buffer.from(pdu.subarray(at + 5));
  return code === 15
    ? { ...span('coil', start, count), data, mask: whole }
    : { ...span('holding', start, count), data, mask: whole };
}

/** Sub-requests of function 21: reference type, file, record, length, data. */
function fileRecords(pdu: Buffer): FileRecord[] {
  const records: FileRecord[] = [];
  for (let at = 2; at + 7 <= pdu.length; ) {
    const end = at + 7 + 2 * pdu.readUInt16BE(at + 5);
    if (end > pdu.length) break;
    records.push({
      file: pdu.readUInt16BE(at + 1),
      record: pdu.readUInt16BE(at + 3),
      data: Buffer.from(pdu.subarray(at + 7, end)),
    });
    at = end;
  }
  return records;
}
