import { ApiError } from '../protocol/api-error.ts';

/** Lane of a client, in which all of its work waits. */
export interface Lane {
  readonly key: string;
  /** Known clients wait apart from unknown ones, and get at least every second turn. */
  readonly isKnown: boolean;
}

export interface QueueLimits {
  readonly running: number;
  /** Of these, at most so many of unknown clients: a known one finds a free place during their flood. */
  readonly runningUnknown: number;
  readonly waiting: number;
  readonly perLane: number;
}

interface Waiter {
  readonly start: () => void;
  readonly refuse: (reason: Error) => void;
}

/**
 * Runs a few pieces of work at one time and serves the waiting clients in turn, so that one client's flood delays only its own
 * work. When it is full, a client with fewer waiting pieces replaces the newest piece of the client with the most.
 */
export class FairQueue {
  readonly #limits: QueueLimits;
  readonly #known = new Map<string, Waiter[]>();
  readonly #unknown = new Map<string, Waiter[]>();
  #running = 0;
  #runningUnknown = 0;
  #waiting = 0;
  #wasKnown = false;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** @throws ApiError `unavailable` when the queue is full */
  async run<Result>(lane: Lane, work: () => Promise<Result>): Promise<Result> {
    if (this.#hasPlace(lane.isKnown)) this.#count(lane.isKnown, 1);
    else await this.#wait(lane);
    try {
      return await work();
    } finally {
      this.#count(lane.isKnown, -1);
      // the place goes to the next piece in the same step, so that no other can take it
      this.#next()?.start();
    }
  }

  #hasPlace(isKnown: boolean): boolean {
    return this.#running < this.#limits.running && (isKnown || this.#runningUnknown < this.#limits.runningUnknown);
  }

  #count(isKnown: boolean, change: 1 | -1): void {
    this.#running += change;
    if (!isKnown) this.#runningUnknown += change;
  }

  async #wait({ key, isKnown }: Lane): Promise<void> {
    const lanes = isKnown ? this.#known : this.#unknown;
    const own = lanes.get(key)?.length ?? 0;
    if (own >= this.#limits.perLane || (this.#waiting >= this.#limits.waiting && !this.#makeSpace(own, isKnown))) throw full();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { start: resolve, refuse: reject };
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, [waiter]);
    else lane.push(waiter);
    this.#waiting++;
    await promise;
  }

  /** Refuses the newest piece of the longest lane: of an unknown client for a known one, otherwise of a longer lane. */
  #makeSpace(own: number, isKnown: boolean): boolean {
    const lanes = isKnown && this.#unknown.size > 0 ? this.#unknown : isKnown ? this.#known : this.#unknown;
    const [key, lane] = longest(lanes);
    const isUnknown = isKnown && lanes === this.#unknown;
    if (!isUnknown && lane.length <= own + 1) return false;
    lane.pop()?.refuse(full());
    if (lane.length === 0) lanes.delete(key);
    this.#waiting--;
    return true;
  }

  #next(): Waiter | undefined {
    const canBeUnknown = this.#unknown.size > 0 && this.#hasPlace(false);
    const lanes = canBeUnknown && (this.#wasKnown || this.#known.size === 0) ? this.#unknown : this.#known;
    const [entry] = lanes;
    if (entry === undefined) return undefined;
    const [key, lane] = entry;
    const waiter = lane.shift();
    // served: to the end of the round
    lanes.delete(key);
    if (lane.length > 0) lanes.set(key, lane);
    this.#waiting--;
    this.#wasKnown = lanes === this.#known;
    this.#count(this.#wasKnown, 1);
    return waiter;
  }
}

function longest(lanes: ReadonlyMap<string, Waiter[]>): readonly [key: string, lane: Waiter[]] {
  let found: readonly [string, Waiter[]] = ['', []];
  for (const entry of lanes) if (entry[1].length > found[1].length) found = entry;
  return found;
}

const full = (): ApiError =>
  new ApiError('unavailable', 'The server is busy checking passphrases. This attempt was not counted.', {
    retryAfterMs: 2000,
  });
