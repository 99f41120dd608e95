import { modbusFunction } from '../../../src/modbus/functions.ts';

/**
 * Rules for the shape of PDUs (MODBUS Application Protocol Specification V1.1b3, sections 6 and 7): lengths, byte counts,
 * quantities. A rule returns the violation or undefined. Its text names the kind without figures, so that violations of one kind
 * can be counted.
 */
type Rule = (pdu: Buffer) => string | undefined;

const tooShort = 'shorter than its function needs';
const tooLong = 'longer than its function allows';
const wrongCount = 'its byte count does not fit its length';
const wrongQuantity = 'asks for a quantity outside the specification';

const word = (pdu: Buffer, at: number): number => (at + 2 <= pdu.length ? pdu.readUInt16BE(at) : 0);

const exactly =
  (length: number): Rule =>
  (pdu) =>
    pdu.length < length ? tooShort : pdu.length > length ? tooLong : undefined;

/** First violation of several rules. */
const all =
  (...rules: readonly Rule[]): Rule =>
  (pdu) => {
    for (const rule of rules) {
      const complaint = rule(pdu);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  };

const quantity =
  (at: number, most: number): Rule =>
  (pdu) =>
    word(pdu, at) < 1 || word(pdu, at) > most ? wrongQuantity : undefined;

/** The byte at `at` is the number of bytes that follow. */
const counted =
  (at: number): Rule =>
  (pdu) =>
    pdu.length <= at ? tooShort : pdu[at] !== pdu.length - at - 1 ? wrongCount : undefined;

const even: Rule = (pdu) => (pdu.length % 2 === 0 ? undefined : wrongCount);

const read = (most: number): Rule => all(exactly(5), quantity(3, most));

/** Registers or coils at the end, with their number before the byte count. */
const written =
  (at: number, most: number, bytesFor: (count: number) => number): Rule =>
  (pdu) =>
    counted(at + 4)(pdu) ?? quantity(at + 2, most)(pdu) ?? (pdu[at + 4] === bytesFor(word(pdu, at + 2)) ? undefined : wrongCount);

const inBytes = (bits: number): number => Math.ceil(bits / 8);
const inWords = (registers: number): number => 2 * registers;

const coilValue: Rule = (pdu) => ([0, 0xff00].includes(word(pdu, 3)) ? undefined : 'a coil set to neither 0000 nor FF00');

/** Sub-function and at least one word of data; only the echo test (0) has more. */
const diagnostic: Rule = (pdu) => (pdu.length < 5 ? tooShort : pdu.length > 5 && word(pdu, 1) !== 0 ? tooLong : undefined);

const fileReference = 'refers to a file in a way that the specification does not know';

/** Sub-requests of seven bytes and, with `data`, the announced number of words. */
const fileRequests =
  (data: boolean): Rule =>
  (pdu) => {
    const complaint = counted(1)(pdu);
    if (complaint !== undefined) return complaint;
    if (pdu.length < 9) return tooShort;
    for (let at = 2; at < pdu.length; ) {
      if (at + 7 > pdu.length) return wrongCount;
      if (pdu[at] !== 6) return fileReference;
      at += 7 + (data ? 2 * word(pdu, at + 5) : 0);
      if (at > pdu.length) return wrongCount;
    }
    return undefined;
  };

/** Sub-responses: length, reference type, data. */
const fileResponses: Rule = (pdu) => {
  const complaint = counted(1)(pdu);
  if (complaint !== undefined) return complaint;
  for (let at = 2; at < pdu.length; ) {
    const length = pdu[at] ?? 0;
    if (length < 1 || at + 1 + length > pdu.length) return wrongCount;
    if (pdu[at + 1] !== 6) return fileReference;
    at += 1 + length;
  }
  return undefined;
};

/** Device identification (14) has a fixed form; the content of other interfaces is not specified. */
const interfaceRequest: Rule = (pdu) => {
  if (pdu.length < 2) return tooShort;
  if (pdu[1] !== 14) return undefined;
  const readCode = pdu[2] ?? 0;
  return exactly(4)(pdu) ?? (readCode >= 1 && readCode <= 4 ? undefined : 'an identification read code that there is not');
};

/** Header of seven bytes, then objects of number, length and text. */
const interfaceResponse: Rule = (pdu) => {
  if (pdu.length < 2) return tooShort;
  if (pdu[1] !== 14) return undefined;
  if (pdu.length < 7) return tooShort;
  let at = 7;
  for (let left = pdu[6] ?? 0; left > 0; left--) at += 2 + (pdu[at + 1] ?? 0);
  return at === pdu.length ? undefined : wrongCount;
};

const fifoResponse: Rule = (pdu) => {
  if (pdu.length < 5) return tooShort;
  return word(pdu, 1) === pdu.length - 3 && word(pdu, 1) === 2 + 2 * word(pdu, 3) ? undefined : wrongCount;
};

const requests: Readonly<Record<number, Rule>> = {
  1: read(2000),
  2: read(2000),
  3: read(125),
  4: read(125),
  5: all(exactly(5), coilValue),
  6: exactly(5),
  7: exactly(1),
  8: diagnostic,
  11: exactly(1),
  12: exactly(1),
  15: written(1, 1968, inBytes),
  16: written(1, 123, inWords),
  17: exactly(1),
  20: fileRequests(false),
  21: fileRequests(true),
  22: exactly(7),
  23: all(written(5, 121, inWords), quantity(3, 125)),
  24: exactly(3),
  43: interfaceRequest,
};

/** At least one byte, with a byte count. */
const bits: Rule = all(counted(1), (pdu) => (pdu.length < 3 ? tooShort : undefined));
const registers: Rule = all(bits, even);

const responses: Readonly<Record<number, Rule>> = {
  1: bits,
  2: bits,
  3: registers,
  4: registers,
  5: all(exactly(5), coilValue),
  6: exactly(5),
  7: exactly(2),
  8: diagnostic,
  11: exactly(5),
  12: counted(1),
  15: all(exactly(5), quantity(3, 1968)),
  16: all(exactly(5), quantity(3, 123)),
  17: counted(1),
  20: fileResponses,
  21: fileRequests(true),
  22: exactly(7),
  23: registers,
  24: fifoResponse,
  43: interfaceResponse,
};

/** Violation in a request; undefined if there is none, or if its function is not in the specification. */
export function shapeOfRequest(pdu: Buffer): string | undefined {
  const code = pdu[0];
  if (code === undefined) return tooShort;
  if (modbusFunction(code).range === 'invalid') return 'a function code that a request cannot have';
  return requests[code]?.(pdu);
}

/** Violation in a response; undefined if there is none, or if its function is not in the specification. */
export function shapeOfResponse(pdu: Buffer): string | undefined {
  const code = pdu[0];
  if (code === undefined) return tooShort;
  if (modbusFunction(code & 0x7f).range === 'invalid') return 'a function code that a response cannot have';
  return code > 0x7f ? exactly(2)(pdu) : responses[code]?.(pdu);
}

/**
 * Number of bytes of a request by its own shape, whatever its header announces; undefined if the function leaves that open.
 * @param pdu at least the function code
 */
export function ownLength(pdu: Buffer): number | undefined {
  switch (pdu[0]) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      return 5;
    case 7:
    case 11:
    case 12:
    case 17:
      return 1;
    case 15:
    case 16:
      return 6 + (pdu[5] ?? 0);
    case 22:
      return 7;
    case 23:
      return 10 + (pdu[9] ?? 0);
    case 24:
      return 3;
    default:
      return undefined;
  }
}
