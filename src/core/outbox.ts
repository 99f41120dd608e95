/** Sends everything that is put in during one turn of the event loop as one message: to wake another thread is the largest cost. */
export class Outbox<T> {
  readonly #send: (messages: readonly T[]) => void;
  #messages: T[] = [];

  constructor(send: (messages: readonly T[]) => void) {
    this.#send = send;
  }

  put(message: T): void {
    // runs when every promise continuation of this turn has had its turn
    if (this.#messages.push(message) === 1) process.nextTick(() => this.flush());
  }

  /** Sends at once what was put in so far. */
  flush(): void {
    if (this.#messages.length > 0) this.#send(this.#messages.splice(0));
  }
}
