import type { Clock } from './clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** Most rounds without work a second, and at once. */
const emptyPerSecond = 100;
const emptyAtOnce = 30;
/** Most rounds in one turn of the event loop. */
const mostInTurn = 30;

/**
 * Paces the rounds of an endless loop. The event loop turns after at most 30 rounds, whatever the loop awaits: promises alone can settle
 * without a turn, and timers, sockets and signals then never run. Rounds without work are limited to 100 a second, so that a peer whose
 * every step fails at once is not asked without a pause.
 *
 * Each endless loop of a collector, a notifier, a feed or a store begins its rounds with `next`, or with a sleep; a test enforces this.
 */
export class Rounds {
  readonly #clock: Clock;
  readonly #empty: TokenBucket;
  #hasWorked = false;
  #turn = turn();
  #inTurn = 0;

  /** @param clock of the machine: plant time may be paused, or so fast that no pause is left */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#empty = new TokenBucket(clock, emptyPerSecond, emptyAtOnce);
  }

  /** Records that the round has done work, such as receiving an answer: it does not count as empty. */
  worked(): void {
    this.#hasWorked = true;
  }

  /** Begins a round. @throws AbortError */
  async next(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const waitMs = this.#hasWorked ? 0 : this.#empty.reserve();
    this.#hasWorked = false;
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
    if (turn() !== this.#turn) this.#inTurn = 0;
    else if (++this.#inTurn >= mostInTurn) await turned();
    this.#turn = turn();
    signal?.throwIfAborted();
  }
}

let turns = 0;
let isCounting = false;

/** Number of the present turn of the event loop. */
function turn(): number {
  if (!isCounting) {
    isCounting = true;
    setImmediate(() => {
      isCounting = false;
      turns++;
    });
  }
  return turns;
}

/** Resolves in the next turn of the event loop, after whatever waits for this one. */
export async function turned(): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
}
