import type { Side } from '../decoder.ts';
import { findFrame, frameLength, headerBytes } from './frames.ts';

/** First bytes of other protocols that occur on any port: TLS records, SSH and HTTP. */
const others = [
  Buffer.from([0x16, 0x03]),
  ...['SSH-', 'GET ', 'POST', 'HEAD', 'PUT ', 'OPTI', 'HTTP'].map((word) => Buffer.from(word)),
];

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
  return others.some((word) => bytes.length >= word.length && startsLike(bytes, word)) ? 'no' : 'yes';
}
