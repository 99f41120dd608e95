import { type Clock, systemClock } from '../core/clock.ts';
import { Deadline } from '../core/deadline.ts';
import { ScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';

/** Longest wait for an access, ms. */
const patienceMs = 5_000;
/** Most accesses that wait for others. */
const mostWaiting = 1_000;

/**
 * Bounds the accesses to disks that may hang. Each is answered or refused within 5 s. One that was refused keeps its place until the disk
 * answers, so that disks that hang never occupy all threads of libuv, which name resolution and passphrases need too.
 */
export class DiskAccess {
  readonly #deadline: Deadline;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #late = 0;

  /** @param most accesses at once */
  constructor(clock: Clock, most: number) {
    this.#deadline = new Deadline(clock, patienceMs, () =>
      refused(`the disk has not answered for ${formatDuration(patienceMs)}`),
    );
    this.#most = most;
  }

  /**
   * Performs an access after those before it. It must not wait for another access.
   * @param unused receives the result of one that was refused, for example to close a file
   * @throws ScadaError STATE_UNAVAILABLE if it is late
   */
  async run<Result>(access: () => Promise<Result>, unused: (result: Result) => unknown = () => {}): Promise<Result> {
    if (this.#waiting.length >= mostWaiting) throw refused('too many accesses wait for the disk');
    const turn = { isOver: false, isRunning: false };
    try {
      return await this.#deadline.within(this.#inTurn(access, unused, turn));
    } finally {
      turn.isOver = true;
      if (turn.isRunning) this.#late++;
    }
  }

  /** True if an access that was refused still waits for its disk. If a thread performs it, an ordinary end of the process waits for it too. */
  get isHanging(): boolean {
    return this.#late > 0;
  }

  async #inTurn<Result>(
    access: () => Promise<Result>,
    unused: (result: Result) => unknown,
    turn: { readonly isOver: boolean; isRunning: boolean },
  ): Promise<Result> {
    if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      if (turn.isOver) throw refused('nobody waits for it');
      turn.isRunning = true;
      const result = await access();
      if (turn.isOver) unused(result);
      return result;
    } finally {
      if (turn.isOver && turn.isRunning) this.#late--;
      turn.isRunning = false;
      const next = this.#waiting.shift();
      // passes its place on
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

const refused = (reason: string): ScadaError =>
  new ScadaError('retryable', 'STATE_UNAVAILABLE', reason, { hint: 'check the disk' });

/** Reads of the data directory, which its process performs. */
export const dataDisk = new DiskAccess(systemClock, 2);
/** Accesses to other files and folders by this thread: keys, certificates, folders of receivers. */
export const otherDisks = new DiskAccess(systemClock, 1);
