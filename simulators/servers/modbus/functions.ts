import { Exception, exceptionPdu } from './frames.ts';
import type { Identity } from './identity.ts';
import { answerIdentity, answerServerId } from './identity.ts';
import type { PlantImage } from './image.ts';

/** A request as recorded in evidence. `values` are the bits or registers of a write. */
export interface RequestContent {
  readonly function: number;
  readonly address: number;
  readonly count: number;
  readonly values: readonly number[];
}

export interface Answer {
  readonly pdu: Buffer;
  readonly content: RequestContent;
  readonly exception: number | undefined;
}

const mostBitsRead = 2000;
const mostRegistersRead = 125;
const mostBitsWritten = 1968;
const mostRegistersWritten = 123;
const mostRegistersExchanged = 121;

/** Answers one PDU as a controller does: FC 1–6, 8/1, 15–17, 22, 23 and 43/14; any other is an illegal function. */
export function answer(pdu: Buffer, image: PlantImage, identity: Identity): Answer {
  const functionCode = pdu.readUInt8(0);
  const handle = handlers[functionCode];
  if (functionCode === 43) {
    const reply = answerIdentity(pdu, identity);
    return finish(functionCode, { address: pdu[3] ?? 0, count: 0, values: [], reply });
  }
  if (functionCode === 17) {
    return finish(functionCode, { address: 0, count: 0, values: [], reply: answerServerId(pdu, identity) });
  }
  if (handle === undefined) {
    return finish(functionCode, { address: 0, count: 0, values: [], reply: Exception.IllegalFunction });
  }
  return finish(functionCode, handle(pdu, image));
}

/** Answer to a client without permission: "illegal function"; nothing is executed. */
export const refusal = (pdu: Buffer): Answer =>
  finish(pdu.readUInt8(0), {
    address: pdu.length >= 3 ? pdu.readUInt16BE(1) : 0,
    count: 0,
    values: [],
    reply: Exception.IllegalFunction,
  });

interface Outcome {
  readonly address: number;
  readonly count: number;
  readonly values: readonly number[];
  readonly reply: Buffer | Exception;
}

function finish(functionCode: number, { address, count, values, reply }: Outcome): Answer {
  const pdu = typeof reply === 'number' ? exceptionPdu(functionCode, reply) : reply;
  const exception = (pdu.readUInt8(0) & 0x80) === 0 ? undefined : pdu.readUInt8(1);
  return { pdu, content: { function: functionCode, address, count, values }, exception };
}

const malformed: Outcome = { address: 0, count: 0, values: [], reply: Exception.IllegalValue };

type Handler = (pdu: Buffer, image: PlantImage) => Outcome;

const readBits =
  (table: 'coil' | 'discrete-input'): Handler =>
  (pdu, image) => {
    if (pdu.length !== 5) return malformed;
    const address = pdu.readUInt16BE(1);
    const count = pdu.readUInt16BE(3);
    const outcome = { address, count, values: [] };
    if (count < 1 || count > mostBitsRead) return { ...outcome, reply: Exception.IllegalValue };
    const bytes = Math.ceil(count / 8);
    const reply = Buffer.alloc(2 + bytes);
    reply.writeUInt8(pdu.readUInt8(0), 0);
    reply.writeUInt8(bytes, 1);
    return { ...outcome, reply: image.readBits(table, address, count, reply, 2) ?? reply };
  };

const readRegisters =
  (table: 'holding' | 'input'): Handler =>
  (pdu, image) => {
    if (pdu.length !== 5) return malformed;
    const address = pdu.readUInt16BE(1);
    const count = pdu.readUInt16BE(3);
    const outcome = { address, count, values: [] };
    if (count < 1 || count > mostRegistersRead) return { ...outcome, reply: Exception.IllegalValue };
    const reply = Buffer.alloc(2 + 2 * count);
    reply.writeUInt8(pdu.readUInt8(0), 0);
    reply.writeUInt8(2 * count, 1);
    return { ...outcome, reply: image.readRegisters(table, address, count, reply, 2) ?? reply };
  };

const writeCoil: Handler = (pdu, image) => {
  if (pdu.length !== 5) return malformed;
  const address = pdu.readUInt16BE(1);
  const state = pdu.readUInt16BE(3);
  const values = [state === 0xff00 ? 1 : 0];
  const outcome = { address, count: 1, values };
  if (state !== 0 && state !== 0xff00) return { ...outcome, reply: Exception.IllegalValue };
  return { ...outcome, reply: image.write('coil', address, values) ?? Buffer.from(pdu) };
};

const writeRegister: Handler = (pdu, image) => {
  if (pdu.length !== 5) return malformed;
  const address = pdu.readUInt16BE(1);
  const values = [pdu.readUInt16BE(3)];
  return { address, count: 1, values, reply: image.write('holding', address, values) ?? Buffer.from(pdu) };
};

const writeCoils: Handler = (pdu, image) => {
  if (pdu.length < 6) return malformed;
  const address = pdu.readUInt16BE(1);
  const count = pdu.readUInt16BE(3);
  const bytes = Math.ceil(count / 8);
  if (count < 1 || count > mostBitsWritten || pdu.readUInt8(5) !== bytes || pdu.length !== 6 + bytes) {
    return { address, count, values: [], reply: Exception.IllegalValue };
  }
  const values = Array.from({ length: count }, (_, i) => (pdu.readUInt8(6 + (i >> 3)) >> (i & 7)) & 1);
  return { address, count, values, reply: image.write('coil', address, values) ?? pdu.subarray(0, 5) };
};

const writeRegisters: Handler = (pdu, image) => {
  if (pdu.length < 6) return malformed;
  const address = pdu.readUInt16BE(1);
  const count = pdu.readUInt16BE(3);
  if (count < 1 || count > mostRegistersWritten || pdu.readUInt8(5) !== 2 * count || pdu.length !== 6 + 2 * count) {
    return { address, count, values: [], reply: Exception.IllegalValue };
  }
  const values = wordsFrom(pdu, 6, count);
  return { address, count, values, reply: image.write('holding', address, values) ?? pdu.subarray(0, 5) };
};

const maskWrite: Handler = (pdu, image) => {
  if (pdu.length !== 7) return malformed;
  const address = pdu.readUInt16BE(1);
  const and = pdu.readUInt16BE(3);
  const or = pdu.readUInt16BE(5);
  const current = image.holding(address);
  if (current === undefined) return { address, count: 1, values: [], reply: Exception.IllegalAddress };
  const values = [(current & and) | (or & ~and & 0xffff)];
  return { address, count: 1, values, reply: image.write('holding', address, values) ?? Buffer.from(pdu) };
};

const readWrite: Handler = (pdu, image) => {
  if (pdu.length < 10) return malformed;
  const readCount = pdu.readUInt16BE(3);
  const address = pdu.readUInt16BE(5);
  const count = pdu.readUInt16BE(7);
  const badRead = readCount < 1 || readCount > mostRegistersRead;
  const badWrite = count < 1 || count > mostRegistersExchanged || pdu.readUInt8(9) !== 2 * count;
  if (badRead || badWrite || pdu.length !== 10 + 2 * count) {
    return { address, count, values: [], reply: Exception.IllegalValue };
  }
  const values = wordsFrom(pdu, 10, count);
  const refused = image.write('holding', address, values);
  if (refused !== undefined) return { address, count, values, reply: refused };
  const reply = Buffer.alloc(2 + 2 * readCount);
  reply.writeUInt8(23, 0);
  reply.writeUInt8(2 * readCount, 1);
  return { address, count, values, reply: image.readRegisters('holding', pdu.readUInt16BE(1), readCount, reply, 2) ?? reply };
};

const wordsFrom = (pdu: Buffer, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => pdu.readUInt16BE(at + 2 * i));

/** FC 8 with sub-function 1, restart communications: the controller starts again. Other sub-functions are not served. */
const diagnose: Handler = (pdu, image) => {
  if (pdu.length !== 5) return malformed;
  const outcome = { address: pdu.readUInt16BE(1), count: 1, values: [pdu.readUInt16BE(3)] };
  if (outcome.address !== 1) return { ...outcome, reply: Exception.IllegalFunction };
  return { ...outcome, reply: image.restart() ?? Buffer.from(pdu) };
};

const handlers: Readonly<Record<number, Handler>> = {
  1: readBits('coil'),
  2: readBits('discrete-input'),
  3: readRegisters('holding'),
  4: readRegisters('input'),
  5: writeCoil,
  6: writeRegister,
  8: diagnose,
  15: writeCoils,
  16: writeRegisters,
  22: maskWrite,
  23: readWrite,
};
