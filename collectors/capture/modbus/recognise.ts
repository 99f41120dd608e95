import { modbusFunction } from '../../../src/modbus/functions.ts';
import { headerBytes, headerFlaw } from './framer.ts';
import { shapeOfRequest, shapeOfResponse } from './shape.ts';
import { crc16 } from '../../../src/modbus/crc.ts';

/**
 * Recognises Modbus TCP. Where it is expected, everything is accepted except clearly different data: text, TLS, Modbus RTU.
 * Elsewhere the stream must begin with a header and a matching PDU of a public function.
 */
export function recognise(bytes: Buffer, expected: boolean): 'yes' | 'no' | 'more' {
  if (bytes.length < headerBytes + 1) return !expected && headerFlaw(bytes, 0) !== undefined ? 'no' : 'more';
  if (expected) return foreign(bytes) ? 'no' : 'yes';
  if (headerFlaw(bytes, 0) !== undefined) return 'no';
  const end = headerBytes - 1 + bytes.readUInt16BE(4);
  if (bytes.length < end) return 'more';
  const pdu = bytes.subarray(headerBytes, end);
  if (headerFlaw(bytes, end) !== undefined || modbusFunction((pdu[0] ?? 0) & 0x7f).range !== 'public') return 'no';
  return shapeOfRequest(pdu) === undefined || shapeOfResponse(pdu) === undefined ? 'yes' : 'no';
}

/**
 * True for eight characters of text, a TLS handshake record, or a Modbus RTU frame (which some device servers pass on unchanged).
 */
function foreign(bytes: Buffer): boolean {
  if (bytes[0] === 0x16 && bytes[1] === 3) return true;
  return isRtu(bytes) || bytes.subarray(0, 8).every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d);
}

const longestRtu = 256;

/** True if the last two bytes are the CRC of the others (Modbus over Serial Line V1.02, 6.2.2): the CRC over all is then 0. */
function isRtu(bytes: Buffer): boolean {
  return bytes.length <= longestRtu && crc16(bytes, 0, bytes.length) === 0;
}
