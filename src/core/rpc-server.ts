import { Outbox } from './outbox.ts';
import { errorToMessage, type ProgressOf, type RpcCalls, type RpcReply, type RpcRequest } from './rpc.ts';
import type { MessagePort } from './rpc-ports.ts';

/** One call, as passed to its handler. */
export interface ServedCall<Progress = never> {
  /** Aborts when the caller no longer waits. */
  readonly signal: AbortSignal;
  /** Reports progress at once, also while the handler keeps the thread busy. */
  readonly progress: (progress: Progress) => void;
  /** Aborts all other calls and waits until they have ended. */
  stopOthers(): Promise<void>;
}

/** Handlers by call name. Calls of handlers that return no promise are answered in order. */
export type RpcHandlers<Calls extends RpcCalls<Calls>> = {
  readonly [Name in keyof Calls]: (
    args: Calls[Name]['args'],
    call: ServedCall<ProgressOf<Calls[Name]>>,
  ) => Calls[Name]['result'] | Promise<Calls[Name]['result']>;
};

type Handler = (args: unknown, call: ServedCall<unknown>) => unknown;

/** Serves the calls of an `RpcClient` in another thread or process. */
export class RpcServer<Calls extends RpcCalls<Calls>, Event = never> {
  readonly #handlers: RpcHandlers<Calls>;
  readonly #outbox: Outbox<RpcReply>;
  /** By number of the call. */
  readonly #running = new Map<number, Running>();

  constructor(port: MessagePort, handlers: RpcHandlers<Calls>) {
    this.#handlers = handlers;
    this.#outbox = new Outbox((replies) => port.post(replies));
    port.onMessage((requests) => {
      for (const request of requests as readonly RpcRequest[]) this.#take(request);
    });
  }

  /** Sends an event, in order with the results. */
  emit(event: Event): void {
    this.#outbox.put({ event });
  }

  #take(request: RpcRequest): void {
    if ('cancel' in request) {
      this.#running.get(request.cancel)?.abort();
      return;
    }
    const { id, name, args } = request;
    const handle = this.#handlers[name as keyof Calls] as unknown as Handler;
    const running = new Running(id, this.#running, this.#outbox);
    try {
      const result = handle(args, running);
      if (result instanceof Promise) running.ended = this.#answer(id, result);
      else this.#outbox.put({ id, result });
    } catch (thrown) {
      this.#outbox.put({ id, error: errorToMessage(thrown) });
    }
    if (running.ended !== undefined) this.#running.set(id, running);
  }

  async #answer(id: number, result: Promise<unknown>): Promise<void> {
    try {
      this.#outbox.put({ id, result: await result });
    } catch (thrown) {
      this.#outbox.put({ id, error: errorToMessage(thrown) });
    }
    this.#running.delete(id);
  }
}

class Running implements ServedCall<unknown> {
  /** Resolves after the answer; undefined for a handler that returned no promise. */
  ended: Promise<void> | undefined;
  readonly #id: number;
  readonly #all: ReadonlyMap<number, Running>;
  readonly #outbox: Outbox<RpcReply>;
  /** Created on first use: most handlers end before anything could abort them. */
  #controller: AbortController | undefined;

  constructor(id: number, all: ReadonlyMap<number, Running>, outbox: Outbox<RpcReply>) {
    this.#id = id;
    this.#all = all;
    this.#outbox = outbox;
  }

  get progress(): (progress: unknown) => void {
    return (progress) => {
      this.#outbox.put({ id: this.#id, progress });
      this.#outbox.flush();
    };
  }

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  abort(): void {
    (this.#controller ??= new AbortController()).abort();
  }

  async stopOthers(): Promise<void> {
    const others = [...this.#all].filter(([id]) => id !== this.#id).map(([, running]) => running);
    for (const running of others) running.abort();
    await Promise.all(others.flatMap(({ ended }) => ended ?? []));
  }
}
