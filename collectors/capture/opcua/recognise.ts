import type { Side } from '../decoder.ts';
import { foreignProtocol } from '../tcp/foreign.ts';
import { findFrame, frameLength, headerBytes } from './frames.ts';

/** First bytes of a TLS record, which may be in the middle of a connection. */
const tlsRecord = Buffer.from([0x16, 0x03]);

const types = ['HEL', 'ACK', 'ERR', 'RHE', 'OPN', 'MSG', 'CLO'].map((type) => Buffer.from(type));

const startsLike = (bytes: Buffer, word: Buffer): boolean => {
  const length = Math.min(bytes.length, word.length);
  return bytes.subarray(0, length).equals(word.subarray(0, length));
};

/** See `StreamProtocol.recognise`. Where OPC UA is expected, a stream may begin in the middle of a message. */
export function recognise(_from: Side, bytes: Buffer, expected: boolean): 'yes' | 'no' | 'more' {
  if (frameLength(bytes) !== undefined) return 'yes';
  if (bytes.length < headerBytes && types.some((type) => startsLike(bytes, type))) return 'more';
  if (!expected) return 'no';
  if (findFrame(bytes) + headerBytes <= bytes.length) return 'yes';
  const isForeign = foreignProtocol(bytes) !== undefined || bytes.subarray(0, tlsRecord.length).equals(tlsRecord);
  return isForeign ? 'no' : 'yes';
}
