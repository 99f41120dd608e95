import type { Duplex } from 'node:stream';
import type { Clock } from '../../../src/core/clock.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import { TaskScope } from '../../../src/core/scope.ts';
import { sendRead } from './allow.ts';
import { BrokenStream, type Framing, type ReplyFrame } from './framing.ts';
import { reasonOf } from './opening.ts';

/** Result of one request. */
export type Answer =
  | { readonly kind: 'reply'; readonly pdu: Buffer }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'malformed'; readonly why: string };

/** Limits of a channel. Times in ms of the machine's clock. */
export interface ChannelRules {
  readonly timeoutMs: number;
  /** Silence that ends a reply: RTU has no other end mark. */
  readonly silenceMs: number;
  /** Units that may answer for any other. */
  readonly acceptUnits: readonly number[];
  readonly machine: Clock;
  /** Translates an error of the stream whose own message is not clear. */
  readonly explain: (error: unknown) => ScadaError | undefined;
  /** Error for a peer that closes a connection without having sent anything, if the protocol gives that a meaning. */
  readonly unwelcome?: ScadaError | undefined;
}

interface Pending {
  readonly unit: number;
  /** Extended once if a late reply must be waited for. */
  deadlineMs: number;
  late: boolean;
  readonly settle: (answer: Answer) => void;
  readonly fail: (error: ScadaError) => void;
}

const timedOut: Answer = { kind: 'timeout' };

/**
 * One open connection: one request in flight, a deadline for each, and reliable detection of its end. For any behaviour of the
 * peer, each request is settled once; only reads are sent.
 */
export class Channel implements AsyncDisposable {
  readonly #stream: Duplex;
  readonly #framing: Framing;
  readonly #rules: ChannelRules;
  readonly #lost = new AbortController();
  readonly #timers = new TaskScope();
  readonly #closed: Promise<void>;
  #pending: Pending | undefined;
  #cause: ScadaError | string | undefined;
  #hasReceived = false;
  #bytes = 0;
  #lastByteMs = 0;
  #listens = false;

  constructor(stream: Duplex, framing: Framing, rules: ChannelRules) {
    this.#stream = stream;
    this.#framing = framing;
    this.#rules = rules;
    stream.on('error', (error) => {
      this.#cause = rules.explain(error) ?? reasonOf(error);
    });
    this.#closed = new Promise((resolve) => {
      const end = (): void => {
        this.#end();
        resolve();
      };
      if (stream.closed || stream.destroyed) end();
      else stream.once('close', end);
    });
    stream.once('end', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#timers.start((signal) => this.#watch(signal));
  }

  /** Aborts when the connection has ended; its reason is a ScadaError. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Number of bytes in both directions. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Sends a request to one unit. Never rejects because of its answer.
   * @throws the reason of `lost` if the connection ends during the request, ScadaError INTERNAL if the PDU is not a read
   */
  request(unit: number, pdu: Buffer): Promise<Answer> {
    if (this.#pending !== undefined) throw new ScadaError('fatal', 'INTERNAL', 'a request is in flight already');
    if (this.#lost.signal.aborted) return Promise.reject(this.#lost.signal.reason as Error);
    const frame = this.#framing.request(unit, pdu);
    sendRead(this.#stream, frame, this.#framing);
    this.#bytes += frame.length;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const deadlineMs = this.#rules.machine.monotonic() + this.#rules.timeoutMs;
    this.#pending = { unit, deadlineMs, late: false, settle: resolve, fail: reject };
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.destroy();
    await this.#closed;
    await this.#timers[Symbol.asyncDispose]();
  }

  #settle(answer: Answer): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.settle(answer);
  }

  #receive(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#hasReceived = true;
    const pending = this.#pending;
    let reply: ReplyFrame | undefined;
    try {
      reply = this.#framing.take(chunk);
    } catch (thrown) {
      if (!(thrown instanceof BrokenStream)) throw thrown;
      this.#break(thrown.message);
      return;
    }
    if (this.#framing.anonymous) this.#lastByteMs = this.#rules.machine.monotonic();
    if (pending === undefined) return;
    if (reply !== undefined) this.#settle(this.#judge(pending, reply));
    else if (this.#framing.anonymous && !this.#listens) this.#timers.start((signal) => this.#awaitSilence(signal));
  }

  #judge(pending: Pending, { unit, pdu }: ReplyFrame): Answer {
    if (pending.late) return timedOut;
    if (unit !== pending.unit && !this.#rules.acceptUnits.includes(unit)) {
      return { kind: 'malformed', why: `unit ${unit} answers instead of ${pending.unit}` };
    }
    return { kind: 'reply', pdu };
  }

  /** The stream cannot be decoded any more: this request gets an error, the connection is closed. */
  #break(why: string): void {
    this.#cause = why;
    this.#settle({ kind: 'malformed', why });
    this.#end();
    this.#stream.destroy();
  }

  #end(): void {
    const cause = this.#cause ?? (this.#hasReceived ? undefined : this.#rules.unwelcome) ?? 'closed by the device';
    const error =
      typeof cause === 'string' ? new ScadaError('retryable', 'DEVICE_UNREACHABLE', `the connection ended: ${cause}`) : cause;
    const pending = this.#pending;
    this.#pending = undefined;
    this.#lost.abort(error);
    pending?.fail(error);
  }

  /** Waits for silence after bytes that form no reply so far: a damaged reply ends there, and the next request may follow. */
  async #awaitSilence(signal: AbortSignal): Promise<void> {
    const { machine, silenceMs } = this.#rules;
    this.#listens = true;
    try {
      for (;;) {
        const wait = this.#lastByteMs + silenceMs - machine.monotonic();
        if (wait <= 0) break;
        await machine.sleep(wait, signal);
      }
    } finally {
      this.#listens = false;
    }
    if (this.#pending !== undefined && !this.#pending.late && this.#framing.spoilt) this.#settle(this.#noReply());
  }

  #noReply(): Answer {
    const { unread } = this.#framing;
    return unread === 0 ? timedOut : { kind: 'malformed', why: `${unread} bytes that are no reply to the request` };
  }

  /** One timer for all deadlines: a request that begins while it sleeps cannot be due before it wakes. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { machine, timeoutMs } = this.#rules;
    for (;;) {
      const now = machine.monotonic();
      if (this.#pending !== undefined && this.#pending.deadlineMs <= now) this.#expire(this.#pending, now);
      const wait = this.#pending === undefined ? timeoutMs : this.#pending.deadlineMs - now;
      await machine.sleep(wait, signal);
    }
  }

  #expire(pending: Pending, now: number): void {
    if (this.#framing.anonymous && !pending.late) {
      pending.late = true;
      pending.deadlineMs = now + this.#rules.timeoutMs;
    } else if (this.#framing.anonymous) this.#settle(this.#noReply());
    // The missing rest of a reply would be taken for the beginning of the next one.
    else if (this.#framing.unread > 0) this.#break('a reply was cut off');
    else this.#settle(timedOut);
  }
}
