import type { Clock } from './clock.ts';
import { type ErrorCode, type ErrorKind, ScadaError, toScadaError } from './errors.ts';
import { Outbox } from './outbox.ts';
import type { PeerPort } from './rpc-ports.ts';

/** Signature of a call: arguments, result, and progress reports, if any. All of them are structured-cloned. */
export interface RpcSignature {
  readonly args: unknown;
  readonly result: unknown;
  readonly progress?: unknown;
}

/** The calls that one side serves, by name. */
export type RpcCalls<Calls> = { readonly [Name in keyof Calls]: RpcSignature };

export type ProgressOf<Signature> = Signature extends { readonly progress: infer Progress } ? Progress : never;

export type RpcRequest =
  | { readonly id: number; readonly name: string; readonly args: unknown }
  /** Number of a call that was aborted. */
  | { readonly cancel: number };

export type RpcReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ErrorMessage }
  | { readonly id: number; readonly progress: unknown }
  /** An event, sent without a call. */
  | { readonly event: unknown };

/** An error in a message between threads or processes, which loses classes. */
export interface ErrorMessage {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Set for an error that was not a `ScadaError`, i.e. an internal fault. */
  readonly stack: string | undefined;
  /** Code of the system of such an error, e.g. ENOSPC. */
  readonly system?: string | undefined;
}

export function errorToMessage(thrown: unknown): ErrorMessage {
  const { kind, code, message, hint, retryAfterMs } = toScadaError(thrown);
  const other = thrown instanceof Error && !(thrown instanceof ScadaError) ? (thrown as NodeJS.ErrnoException) : undefined;
  return { kind, code, message, hint, retryAfterMs, stack: other?.stack, system: other?.code };
}

/** @returns the error; its `cause` contains the stack and the code of the other side, if useful */
export function errorFromMessage({ kind, code, message, hint, retryAfterMs, stack, system }: ErrorMessage): ScadaError {
  const more = system === undefined ? { stack } : { stack, code: system };
  const cause = stack === undefined ? undefined : Object.assign(new Error(message), more);
  return new ScadaError(kind, code, message, { cause, retryAfterMs, ...(hint === undefined ? {} : { hint }) });
}

/** Default limit of waiting calls. */
const usualBound = 16_384;

export interface RpcOptions<Event> {
  /** Name of the other side in messages, e.g. `the calibration`. */
  readonly name: string;
  /** Creates the error for unanswered calls from a sentence. Default: INTERNAL. */
  readonly unavailable?: (reason: string, cause?: unknown) => ScadaError;
  /** Called once when the other side has ended, has failed or was abandoned. */
  readonly onFailed?: (error: ScadaError) => void;
  /** Receives events of the other side, in order with the results. */
  readonly onEvent?: (event: Event) => void;
  /** Most waiting calls; further ones are refused. */
  readonly bound?: number;
}

export interface CallOptions<Progress> {
  /** Ends the wait at once, and aborts the signal of the handler. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: never) => void) | undefined;
  /** Time at which the call was first seen as the oldest, ms of monotonic time. */
  since: number | undefined;
}

/**
 * Calls functions of another thread or process, which serves them with `RpcServer`. Calls of one turn of the event loop are sent
 * as one message. All waiting calls are rejected when the other side ends.
 */
export class RpcClient<Calls extends RpcCalls<Calls>, Event = never> {
  readonly #options: RpcOptions<Event>;
  readonly #outbox: Outbox<RpcRequest>;
  /** By number of the call, oldest first. */
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #answered = 0;
  #failure: ScadaError | undefined;

  constructor(port: PeerPort, options: RpcOptions<Event>) {
    this.#options = options;
    this.#outbox = new Outbox((requests) => port.post(requests));
    port.onMessage((replies) => {
      for (const reply of replies as readonly RpcReply[]) this.#take(reply);
    });
    port.onEnd((reason, cause) => this.fail(this.#unavailable(reason, cause)));
  }

  /** Reason why the other side accepts no more calls; undefined while it does. */
  get failure(): ScadaError | undefined {
    return this.#failure;
  }

  /** Number of calls that the other side has answered; undefined while no call waits. */
  get answered(): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#answered;
  }

  /** Time for which the oldest call has been waiting, ms; 0 if there is none. */
  waitingMs(clock: Clock): number {
    const [oldest] = this.#waiting.values();
    if (oldest === undefined) return 0;
    const now = clock.monotonic();
    oldest.since ??= now;
    return now - oldest.since;
  }

  /** @throws the error of the handler with its code and hint; the failure of the other side; the reason of the signal */
  async call<Name extends keyof Calls & string>(
    name: Name,
    args: Calls[Name]['args'],
    { signal, onProgress }: CallOptions<ProgressOf<Calls[Name]>> = {},
  ): Promise<Calls[Name]['result']> {
    signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    const { bound = usualBound } = this.#options;
    if (this.#waiting.size >= bound) throw this.#unavailable(`has ${bound} calls to answer and takes no more`);
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<Calls[Name]['result']>();
    this.#waiting.set(id, { resolve, reject, onProgress, since: undefined });
    this.#outbox.put({ id, name, args });
    if (signal === undefined) return promise;
    const cancel = (): void => {
      this.#waiting.delete(id);
      this.#outbox.put({ cancel: id });
      reject(signal.reason);
    };
    signal.addEventListener('abort', cancel, { once: true });
    // a signal outlives many calls, so remaining listeners would accumulate
    return promise.finally(() => signal.removeEventListener('abort', cancel));
  }

  /** Abandons the other side: all waiting calls are rejected with the error. */
  fail(error: ScadaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#options.onFailed?.(error);
  }

  #take(reply: RpcReply): void {
    if ('event' in reply) return this.#options.onEvent?.(reply.event as Event);
    const waiting = this.#waiting.get(reply.id);
    if ('progress' in reply) return waiting?.onProgress?.(reply.progress as never);
    this.#waiting.delete(reply.id);
    this.#answered++;
    if ('error' in reply) waiting?.reject(errorFromMessage(reply.error));
    else waiting?.resolve(reply.result as never);
  }

  #unavailable(predicate: string, cause?: unknown): ScadaError {
    const { name, unavailable } = this.#options;
    const message = `${name} ${predicate}`;
    return unavailable?.(message, cause) ?? new ScadaError('fatal', 'INTERNAL', message, { cause });
  }
}
