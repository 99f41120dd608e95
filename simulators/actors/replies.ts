import type { PlantAddress } from '../../src/core/plant.ts';
import { isBitTable, readFunctions, registersOf, valueOf, widthOf } from './registers.ts';

/** A request and its reply from the controller, as PDUs. */
export interface Exchanged {
  readonly unit: number;
  readonly request: Buffer;
  readonly reply: Buffer;
}

/** Returns the reply that the client receives instead: the same for one that stays unchanged. */
export type ChangeReply = (exchanged: Exchanged) => Buffer;

/** A point and its false value; a function receives the true one. */
export interface Falsified {
  readonly point: PlantAddress;
  readonly value: number | ((truth: number) => number);
}

/** Replaces the values of some points in replies to reads. All else stays. */
export function rewriteReplies(points: readonly Falsified[]): ChangeReply {
  return ({ request, reply }) => {
    const read = readOf(request, reply);
    if (read === undefined) return reply;
    const changed = Buffer.from(reply);
    for (const falsified of points) if (readFunctions[falsified.point.table] === read.code) falsify(falsified, read, changed);
    return changed;
  };
}

/** Most kinds of requests, and replies of each, that are recorded: an hour at one a second. */
const mostKinds = 256;
const mostReplies = 3_600;

/** Records replies to reads, and then gives them again in their order instead of the present ones, from the beginning after the last. */
export class ReplyRecorder {
  readonly #recorded = new Map<string, Buffer[]>();
  readonly #next = new Map<string, number>();
  #isReplaying = false;

  /** From now on, recorded replies replace the present ones. */
  replay(): void {
    this.#isReplaying = true;
    this.#next.clear();
  }

  readonly change: ChangeReply = ({ unit, request, reply }) => {
    if (readOf(request, reply) === undefined) return reply;
    const key = `${unit} ${request.toString('hex')}`;
    const recorded = this.#recorded.get(key);
    if (!this.#isReplaying) {
      if (recorded === undefined && this.#recorded.size < mostKinds) this.#recorded.set(key, [Buffer.from(reply)]);
      else if (recorded !== undefined && recorded.length < mostReplies) recorded.push(Buffer.from(reply));
      return reply;
    }
    const next = this.#next.get(key) ?? 0;
    this.#next.set(key, next + 1);
    return recorded?.[next % recorded.length] ?? reply;
  };
}

interface Read {
  readonly code: number;
  readonly start: number;
  readonly count: number;
}

/** The read that a reply answers; undefined for a refusal or another function. */
function readOf(request: Buffer, reply: Buffer): Read | undefined {
  const code = request[0] ?? 0;
  if (code < 1 || code > 4 || request.length < 5 || reply[0] !== code) return undefined;
  return { code, start: request.readUInt16BE(1), count: request.readUInt16BE(3) };
}

/** Changes a point that is completely in a reply. */
function falsify({ point, value }: Falsified, { start, count }: Read, reply: Buffer): void {
  const at = point.address - start;
  if (at < 0 || at + widthOf(point) > count) return;
  const falseOf = (truth: number): number => (typeof value === 'number' ? value : value(truth));
  if (isBitTable(point)) {
    const [byte, mask] = [2 + (at >> 3), 1 << (at & 7)];
    const before = reply[byte] ?? 0;
    reply[byte] = falseOf((before & mask) === 0 ? 0 : 1) === 0 ? before & ~mask : before | mask;
    return;
  }
  const registers = reply.subarray(2 + 2 * at, 2 + 2 * (at + widthOf(point)));
  registersOf(point, falseOf(valueOf(point, registers))).copy(registers);
}
