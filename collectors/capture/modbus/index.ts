import { modbusFunction } from '../../../src/modbus/functions.ts';
import type { StreamProtocol } from '../decoder.ts';
import { ModbusConversation } from './conversation.ts';
import { headerBytes, headerFlaw } from './framer.ts';
import { RegisterMemory } from './memory.ts';
import type { ModbusPoints } from './points.ts';
import { shapeOfRequest, shapeOfResponse } from './shape.ts';
import { WriteReader } from './writes.ts';

export { type ModbusPoint, type ModbusPoints, modbusPoints } from './points.ts';

/** What a tap's Modbus decoders count together. */
export interface ModbusCounts {
  /** Requests that had no response. */
  readonly unanswered: number;
  /** Pages of 128 registers or coils that were forgotten for want of room. */
  readonly forgottenPages: number;
}

export interface ModbusStream extends StreamProtocol {
  counts(): ModbusCounts;
}

/** Modbus TCP, as a tap reads it. One for all connections of a tap: what was read on one is what a write on another changes. */
export function modbusStream(points: ModbusPoints): ModbusStream {
  const memory = new RegisterMemory();
  const writes = new WriteReader(points, memory);
  let unanswered = 0;
  const shared = {
    memory,
    writes,
    unanswered: () => {
      unanswered++;
    },
  };
  return {
    protocol: 'modbus',
    ports: [502],
    recognise: (_from, bytes, expected) => recognise(bytes, expected),
    create: (context) => new ModbusConversation(context, shared),
    counts: () => ({ unanswered, forgottenPages: memory.evicted }),
  };
}

/**
 * Where Modbus is expected all is taken for it but what is plainly something else: text, or the beginning of TLS. Elsewhere
 * a header, and a PDU of a public function that fits it, must stand at the beginning.
 */
function recognise(bytes: Buffer, expected: boolean): 'yes' | 'no' | 'more' {
  if (bytes.length < headerBytes + 1) return !expected && headerFlaw(bytes, 0) !== undefined ? 'no' : 'more';
  if (headerFlaw(bytes, 0) !== undefined) return expected && !foreign(bytes) ? 'yes' : 'no';
  if (expected) return 'yes';
  const end = headerBytes - 1 + bytes.readUInt16BE(4);
  if (bytes.length < end) return 'more';
  const pdu = bytes.subarray(headerBytes, end);
  if (headerFlaw(bytes, end) !== undefined || modbusFunction((pdu[0] ?? 0) & 0x7f).range !== 'public') return 'no';
  return shapeOfRequest(pdu) === undefined || shapeOfResponse(pdu) === undefined ? 'yes' : 'no';
}

/** Eight characters of text, or a TLS handshake record. */
function foreign(bytes: Buffer): boolean {
  if (bytes[0] === 0x16 && bytes[1] === 3) return true;
  return bytes.subarray(0, 8).every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d);
}
