/** Sends all items of one turn of the event loop as one message. Waking another thread costs far more than sending an item. */
export class Outbox<T> {
  readonly #send: (messages: readonly T[]) => void;
  #messages: T[] = [];

  constructor(send: (messages: readonly T[]) => void) {
    this.#send = send;
  }

  put(message: T): void {
    // runs after all promise continuations of this turn
    if (this.#messages.push(message) === 1) process.nextTick(() => this.flush());
  }

  /** Sends the items so far at once. */
  flush(): void {
    if (this.#messages.length > 0) this.#send(this.#messages.splice(0));
  }
}
