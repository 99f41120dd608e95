import type { ModbusLink } from './link.ts';

/** Identity of a device by the object names of the specification. */
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
const regular = 2;

/** Function for reading the identity: 43/14 or 17 of V1.1b3 (6.21 and 6.13), or none. */
export type IdentityFunction = 'device-identification' | 'server-id' | 'none';

/** Waits for the turn to send a request; its result is called when the request is answered. */
export interface Pace {
  turn(signal: AbortSignal): Promise<void>;
  done(): void;
}

/**
 * Who a device is, as it last said; outlives connections. A device is not asked again by a function that it does not answer
 * well: some hang up over a function they do not know. After an orderly refusal of 43/14 it is asked by function 17.
 */
export class IdentityMemory {
  readonly #serverId: boolean;
  /** By what the device is asked next. */
  #function: IdentityFunction;
  /** It has answered well before: one bad answer may be bad luck. */
  #proven = false;
  #known: DeviceIdentity | undefined;
  #told: string | undefined;

  /**
   * @param ask whether the device may be asked at all
   * @param serverId whether function 17 may be asked
   */
  constructor(ask: boolean, serverId: boolean) {
    this.#function = ask ? 'device-identification' : 'none';
    this.#serverId = serverId;
  }

  /** By what the device is asked next. */
  get function(): IdentityFunction {
    return this.#function;
  }

  /**
   * Asks the device by what it is known to answer. Requests are our own, because the library's reading of them crashes on a
   * refused part, loops on a device that always promises more, and never ends for function 17.
   * @throws the reason of `link.lost` when the connection ended over it: it is then not asked again
   */
  async read(link: ModbusLink, unit: number, pace: Pace, signal: AbortSignal): Promise<void> {
    const asked = this.#function;
    if (asked === 'none') return;
    this.#function = 'none';
    const ask = asked === 'server-id' ? readServerId : readDeviceIdentification;
    const result = await ask(link, unit, pace, signal);
    link.lost.throwIfAborted();
    if (typeof result === 'object') {
      this.#known = result;
      this.#proven = true;
    }
    if (this.#proven || result === 'later') this.#function = asked;
    else if (result === 'refused' && asked === 'device-identification' && this.#serverId) {
      this.#function = 'server-id';
      await this.read(link, unit, pace, signal);
    }
  }

  /**
   * What is to be told of the device: undefined if nothing is known, or if it is what was told before and `changesOnly` is set.
   * @param credentials what the connection itself has told
   */
  news(
    credentials: Readonly<Record<string, string>>,
    changesOnly: boolean,
  ): { readonly identity: DeviceIdentity; readonly previous?: DeviceIdentity } | undefined {
    const identity = { ...this.#known, ...credentials };
    if (Object.keys(identity).length === 0) return undefined;
    const text = JSON.stringify(identity);
    const before = this.#told;
    if (before === text && changesOnly) return undefined;
    this.#told = text;
    return before === undefined || before === text ? { identity } : { identity, previous: JSON.parse(before) as DeviceIdentity };
  }
}

/** Exceptions that say nothing about the function: acknowledged, busy, and those of a gateway. */
const passing: ReadonlySet<number | undefined> = new Set([5, 6, 10, 11]);

/**
 * What came of a question: the identity, `refused` in order, `later` for what may pass, undefined for silence and for whatever
 * breaks the rules of the dialogue.
 */
type Told = DeviceIdentity | 'refused' | 'later' | undefined;

/** Code of an exception, undefined for other replies. */
const exceptionOf = (pdu: Buffer | undefined, code: number): Told =>
  pdu?.[0] !== (code | 0x80) ? undefined : passing.has(pdu[1]) ? 'later' : 'refused';

/** Function 43/14, regular objects, by parts. */
async function readDeviceIdentification(link: ModbusLink, unit: number, pace: Pace, signal: AbortSignal): Promise<Told> {
  const objects = new Map<number, string>();
  let from = 0;
  for (let part = 0; part < mostParts; part++) {
    const pdu = await askPaced(link, unit, Buffer.from([43, 14, regular, from]), pace, signal);
    const exception = part === 0 ? exceptionOf(pdu, 43) : undefined;
    if (exception !== undefined) return exception;
    const answer = pdu === undefined ? undefined : parse(pdu, from);
    if (answer === undefined) return undefined;
    for (const [id, text] of answer.objects) objects.set(id, text);
    if (answer.next === undefined) return named(objects);
    from = answer.next;
  }
  return undefined;
}

/** Function 17. Its bytes are specific to the maker: they are reported as text and as hex. */
async function readServerId(link: ModbusLink, unit: number, pace: Pace, signal: AbortSignal): Promise<Told> {
  const pdu = await askPaced(link, unit, Buffer.from([17]), pace, signal);
  const exception = exceptionOf(pdu, 17);
  if (exception !== undefined) return exception;
  if (pdu === undefined || pdu[0] !== 17 || pdu.length < 3 || pdu[1] !== pdu.length - 2) return undefined;
  const data = pdu.subarray(2);
  return { ServerId: printable(data.toString('latin1')), ServerIdBytes: data.toString('hex') };
}

async function askPaced(
  link: ModbusLink,
  unit: number,
  pdu: Buffer,
  pace: Pace,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  await pace.turn(signal);
  try {
    const answer = await link.ask(unit, pdu);
    return answer.kind === 'reply' ? answer.pdu : undefined;
  } finally {
    pace.done();
  }
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
