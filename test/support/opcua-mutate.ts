import type { Random } from '../../src/core/random.ts';

/** Numbers that decoders often handle wrongly: lengths of zero, near zero, and the maximum. */
const nastyNumbers = [
  0, 1, 7, 8, 9, 24, 255, 4_096, 4_097, 8_192, 65_535, 65_536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];
const kinds = ['HEL', 'ACK', 'ERR', 'RHE', 'OPN', 'MSG', 'CLO', 'GET', '\0\0\0'];
const flags = ['F', 'C', 'A', 'X', '\0'];
const headerBytes = 8;

/** Ways to damage one message. */
const damages: readonly ((message: Buffer, random: Random, other: Buffer) => Buffer)[] = [
  // one bit
  (message, random) => {
    const at = random.integer(0, message.length - 1);
    message[at] = (message[at] as number) ^ (1 << random.integer(0, 7));
    return message;
  },
  // a few bytes after the header
  (message, random) => {
    for (let n = random.integer(1, 8); n > 0 && message.length > headerBytes; n--)
      message[random.integer(headerBytes, message.length - 1)] = random.integer(0, 255);
    return message;
  },
  // a number after the header
  (message, random) => {
    if (message.length >= headerBytes + 4) {
      const at = random.integer(headerBytes, message.length - 4);
      message.writeUInt32LE(pick(nastyNumbers, random), at);
    }
    return message;
  },
  // the length
  (message, random) => {
    if (message.length >= headerBytes) message.writeUInt32LE(pick(nastyNumbers, random), 4);
    return message;
  },
  // the message type and the chunk flag
  (message, random) => {
    message.write(pick(kinds, random), 0, 'latin1');
    return message;
  },
  (message, random) => {
    if (message.length > 3) message.write(pick(flags, random), 3, 'latin1');
    return message;
  },
  // truncated, with the old length and with a correct one
  (message, random) => message.subarray(0, random.integer(1, message.length)),
  (message, random) => withLength(message.subarray(0, random.integer(headerBytes, Math.max(headerBytes, message.length)))),
  // extended
  (message, random) => withLength(Buffer.concat([message, noise(random.integer(1, 6_000), random)])),
  // repeated
  (message) => Buffer.concat([message, message]),
  // followed or replaced by another message
  (message, _random, other) => Buffer.concat([message, other]),
  (_message, _random, other) => other,
  // contains a piece of another message
  (message, random, other) => {
    const at = random.integer(0, message.length - 1);
    other.copy(message, at, random.integer(0, other.length - 1));
    return message;
  },
  // a correct frame with random content
  (message, random) => withLength(Buffer.concat([message.subarray(0, headerBytes), noise(random.integer(0, 300), random)])),
  // random bytes, and another protocol
  (_message, random) => noise(random.integer(1, 200), random),
  () => Buffer.from('GET / HTTP/1.1\r\nHost: plant\r\n\r\n'),
  // many empty frames
  (message, random) => {
    const one = Buffer.from([...message.subarray(0, 4), headerBytes, 0, 0, 0]);
    return Buffer.concat(Array.from({ length: random.integer(1, 2_000) }, () => one));
  },
];

/** A copy of a message that is damaged in one to three ways. @param other another message of the conversation */
export function damage(message: Buffer, random: Random, other: Buffer): Buffer {
  let damaged = Buffer.from(message);
  for (let n = random.integer(1, 3); n > 0 && damaged.length > 0; n--)
    damaged = Buffer.from(pick(damages, random)(damaged, random, Buffer.from(other)));
  return damaged;
}

/** Cuts bytes into segments: whole, in two, or single bytes if they are few. */
export function segments(bytes: Buffer, random: Random): Buffer[] {
  const way = random.integer(0, 3);
  if (way === 0 && bytes.length <= 512) return Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
  if (way === 1) {
    const at = random.integer(0, bytes.length);
    return [bytes.subarray(0, at), bytes.subarray(at)].filter(({ length }) => length > 0);
  }
  return [bytes];
}

export const pick = <T>(from: readonly T[], random: Random): T => from[random.integer(0, from.length - 1)] as T;

const noise = (length: number, random: Random): Buffer => Buffer.from(Array.from({ length }, () => random.integer(0, 255)));

function withLength(message: Buffer): Buffer {
  const copy = Buffer.from(message);
  if (copy.length >= headerBytes) copy.writeUInt32LE(copy.length, 4);
  return copy;
}
