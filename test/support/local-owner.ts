import { randomUUID } from 'node:crypto';
import type { ReadRequest, StateContents } from '../../src/state/writer/messages.ts';
import type { Operation } from '../../src/state/writer/operation.ts';
import { DatabaseOwner } from '../../src/state/owner.ts';
import type { StateOwner } from '../../src/state/writer/process.ts';

/** Owner of a state.db without a process of its own, with a disk that a test fills or holds. */
export class LocalOwner implements StateOwner {
  /** Reason why writes fail. */
  broken: string | undefined;
  /** Writes wait for it. */
  held: Promise<void> | undefined;
  readonly #owner: DatabaseOwner;
  readonly #run = randomUUID();
  #number = 0;

  constructor(dir: string) {
    this.#owner = new DatabaseOwner(dir);
  }

  async load(): Promise<StateContents> {
    return this.#owner.load(this.#run);
  }

  async write(operations: readonly Operation[]): Promise<void> {
    const number = ++this.#number;
    await this.held;
    if (this.broken !== undefined) throw new Error(this.broken);
    this.#owner.write({ run: this.#run, number, operations });
  }

  async read(request: ReadRequest): Promise<unknown> {
    return this.#owner.read({ ...request, number: this.#number });
  }

  async close(): Promise<void> {
    this.#owner.close();
  }
}
