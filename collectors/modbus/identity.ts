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

/** Waits for permission to send a request; its result is called when the request is answered. */
export interface Pace {
  turn(signal: AbortSignal): Promise<void>;
  done(): void;
}

/**
 * Last reported identity of a device; outlives connections. A function that the device does not answer correctly is not repeated:
 * some devices close the connection on an unknown function. After an exception for 43/14 function 17 is used.
 */
export class IdentityMemory {
  readonly #serverId: boolean;
  /** Function of the next attempt. */
  #function: IdentityFunction;
  /** True if it has answered correctly before: one bad answer is then tolerated. */
  #proven = false;
  #known: DeviceIdentity | undefined;
  #reported: string | undefined;

  /**
   * @param mayRead true if the identity may be read at all
   * @param serverId true if function 17 may be used
   */
  constructor(mayRead: boolean, serverId: boolean) {
    this.#function = mayRead ? 'device-identification' : 'none';
    this.#serverId = serverId;
  }

  /** Function of the next attempt. */
  get function(): IdentityFunction {
    return this.#function;
  }

  /**
   * Reads the identity by the function that the device answers. The requests are built here, because the library's implementation
   * crashes on a refused part, loops on a device that always announces more, and never ends for function 17.
   * @throws the reason of `link.lost` if the connection ended during the request, which is then not repeated
   */
  async read(link: ModbusLink, unit: number, pace: Pace, signal: AbortSignal): Promise<void> {
    const chosen = this.#function;
    if (chosen === 'none') return;
    this.#function = 'none';
    const readWith = chosen === 'server-id' ? readServerId : readDeviceIdentification;
    const result = await readWith(link, unit, pace, signal);
    link.lost.throwIfAborted();
    if (typeof result === 'object') {
      this.#known = result;
      this.#proven = true;
    }
    if (this.#proven || result === 'later') this.#function = chosen;
    else if (result === 'refused' && chosen === 'device-identification' && this.#serverId) {
      this.#function = 'server-id';
      await this.read(link, unit, pace, signal);
    }
  }

  /**
   * Identity to be reported; undefined if none is known, or if it was reported before and `changesOnly` is set.
   * @param credentials identity from the connection itself
   */
  news(
    credentials: Readonly<Record<string, string>>,
    changesOnly: boolean,
  ): { readonly identity: DeviceIdentity; readonly previous?: DeviceIdentity } | undefined {
    const identity = { ...this.#known, ...credentials };
    if (Object.keys(identity).length === 0) return undefined;
    const text = JSON.stringify(identity);
    const before = this.#reported;
    if (before === text && changesOnly) return undefined;
    this.#reported = text;
    return before === undefined || before === text ? { identity } : { identity, previous: JSON.parse(before) as DeviceIdentity };
  }
}

/** Exceptions that do not concern the function: acknowledged, busy, and those of a gateway. */
const passing: ReadonlySet<number | undefined> = new Set([5, 6, 10, 11]);

/**
 * Result of a request: the identity, `refused` by an exception, `later` for a temporary failure, undefined for silence or a
 * protocol error.
 */
type IdentityResult = DeviceIdentity | 'refused' | 'later' | undefined;

/** Result for an exception; undefined for other replies. */
const exceptionOf = (pdu: Buffer | undefined, code: number): IdentityResult =>
  pdu?.[0] !== (code | 0x80) ? undefined : passing.has(pdu[1]) ? 'later' : 'refused';

/** Function 43/14, regular objects, in parts. */
async function readDeviceIdentification(
  link: ModbusLink,
  unit: number,
  pace: Pace,
  signal: AbortSignal,
): Promise<IdentityResult> {
  const objects = new Map<number, string>();
  let from = 0;
  for (let part = 0; part < mostParts; part++) {
    const pdu = await requestPaced(link, unit, Buffer.from([43, 14, regular, from]), pace, signal);
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
async function readServerId(link: ModbusLink, unit: number, pace: Pace, signal: AbortSignal): Promise<IdentityResult> {
  const pdu = await requestPaced(link, unit, Buffer.from([17]), pace, signal);
  const exception = exceptionOf(pdu, 17);
  if (exception !== undefined) return exception;
  if (pdu === undefined || pdu[0] !== 17 || pdu.length < 3 || pdu[1] !== pdu.length - 2) return undefined;
  const data = pdu.subarray(2);
  return { ServerId: printable(data.toString('latin1')), ServerIdBytes: data.toString('hex') };
}

async function requestPaced(
  link: ModbusLink,
  unit: number,
  pdu: Buffer,
  pace: Pace,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  await pace.turn(signal);
  try {
    const answer = await link.request(unit, pdu);
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

/** Undefined for an exception, and if object ids do not increase. */
function parse(pdu: Buffer, from: number): Part | undefined {
  if (pdu.length < 7 || pdu[0] !== 43 || pdu[1] !== 14) return undefined;
  const objects = new Map<number, string>();
  let last = from - 1;
  // By the specification's text the count is that of this part, by its example that of the whole: the bytes decide.
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

/** Devices pad their texts with NULs and other bytes. */
const printable = (text: string): string =>
  Array.from(text)
    .filter((character) => character >= ' ' && (character < '\x7f' || character >= '\xa0'))
    .join('')
    .trim();
