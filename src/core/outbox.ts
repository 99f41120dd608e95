/**
 * Sends all that is put in during one turn of the event loop as one message: waking another thread costs far more than
 * what it is told.
 */
export class Outbox<T> {
  readonly #send: (messages: readonly T[]) => void;
  #messages: T[] = [];

  constructor(send: (messages: readonly T[]) => void) {
    this.#send = send;
  }

  put(message: T): void {
    // runs when every promise continuation of this turn has had its turn
    if (this.#messages.push(message) === 1) process.nextTick(() => this.#send(this.#messages.splice(0)));
  }
}
