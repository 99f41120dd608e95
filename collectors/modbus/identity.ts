import type { Socket } from 'node:net';
import type { Clock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';

/** What a device says about itself, by the names that the specification gives to the objects. */
export type DeviceIdentity = Readonly<Record<string, string>>;

const objectNames = [
  'VendorName',
  'ProductCode',
  'MajorMinorRevision',
  'VendorUrl',
  'ProductName',
  'ModelName',
  'UserApplicationName',
];
const mostParts = 16;
/** Transactions that the library never uses, so that an answer which comes late is nobody's. */
const firstTransaction = 0x4300;
const regular = 2;

/**
 * Reads the device identification (FC 43, MEI 14, regular) by frames of our own, before the library has the socket: its own
 * reading of it crashes on a refused part and loops on a device that always promises more.
 * Undefined if the device refuses, does not answer, or breaks the rules of the dialogue.
 * @throws ScadaError DEVICE_PROTOCOL when the connection can not be used after it
 */
export async function readIdentity(
  socket: Socket,
  unit: number,
  timeoutMs: number,
  machine: Clock,
  signal: AbortSignal,
): Promise<DeviceIdentity | undefined> {
  const objects = new Map<number, string>();
  let from = 0;
  for (let part = 0; part < mostParts; part++) {
    const pdu = await ask(socket, unit, firstTransaction + part, from, timeoutMs, machine, signal);
    const answer = pdu === undefined ? undefined : parse(pdu, from);
    if (answer === undefined) return undefined;
    for (const [id, text] of answer.objects) objects.set(id, text);
    if (answer.next === undefined) return named(objects);
    from = answer.next;
  }
  return undefined;
}

const named = (objects: ReadonlyMap<number, string>): DeviceIdentity =>
  Object.fromEntries([...objects].map(([id, text]) => [objectNames[id] ?? `Object${id}`, text]));

interface Part {
  readonly objects: ReadonlyMap<number, string>;
  readonly next: number | undefined;
}

/** Undefined for an exception, and for whatever does not rise from object to object. */
function parse(pdu: Buffer, from: number): Part | undefined {
  if (pdu.length < 7 || pdu[0] !== 43 || pdu[1] !== 14) return undefined;
  const objects = new Map<number, string>();
  let last = from - 1;
  // The count is that of the part by the text of the specification and of the whole by its example: the bytes decide.
  for (let at = 7; at + 2 <= pdu.length; ) {
    const id = pdu.readUInt8(at);
    const end = at + 2 + pdu.readUInt8(at + 1);
    if (id <= last || end > pdu.length) return undefined;
    objects.set(id, printable(pdu.toString('latin1', at + 2, end)));
    last = id;
    at = end;
  }
  const next = pdu.readUInt8(4) === 0 ? undefined : pdu.readUInt8(5);
  return objects.size === 0 || (next !== undefined && next <= last) ? undefined : { objects, next };
}

/** Devices pad their texts with NULs and worse. */
const printable = (text: string): string =>
  Array.from(text)
    .filter((character) => character >= ' ' && (character < '\x7f' || character >= '\xa0'))
    .join('')
    .trim();

async function ask(
  socket: Socket,
  unit: number,
  transaction: number,
  from: number,
  timeoutMs: number,
  machine: Clock,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const request = Buffer.from([0, 0, 0, 0, 0, 5, unit, 43, 14, regular, from]);
  request.writeUInt16BE(transaction, 0);
  let received: Buffer = Buffer.alloc(0);
  const settled = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const broken = (why: string): void =>
    reject(new ScadaError('retryable', 'DEVICE_PROTOCOL', `asked for its identity, the device ${why}`));
  const take = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    if (received.length < 6) return;
    const end = 6 + received.readUInt16BE(4);
    if (received.readUInt16BE(2) !== 0 || end < 9 || end > 260 || received.length > end) broken('answers out of turn');
    else if (received.length < end) return;
    else if (received.readUInt16BE(0) !== transaction || received.readUInt8(6) !== unit) broken('answers another request');
    else resolve(received.subarray(7));
  };
  const closed = (): void => broken('closes the connection');
  const abort = (): void => reject(signal.reason as Error);
  socket.on('data', take);
  socket.once('close', closed);
  signal.addEventListener('abort', abort, { once: true });
  machine.sleep(timeoutMs, settled.signal).then(
    () => (received.length === 0 ? resolve(undefined) : broken('answers by half')),
    () => {},
  );
  socket.write(request);
  try {
    return await promise;
  } finally {
    settled.abort();
    socket.off('data', take);
    socket.off('close', closed);
    signal.removeEventListener('abort', abort);
  }
}
