import { ApiError } from './api-error.ts';

/** Whose work it is: all work of one client waits in one lane. */
export interface Lane {
  readonly key: string;
  /** Known clients wait apart from strangers, and get at least every second turn. */
  readonly isKnown: boolean;
}

export interface QueueLimits {
  readonly running: number;
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
  readonly #strangers = new Map<string, Waiter[]>();
  #running = 0;
  #waiting = 0;
  #wasKnown = false;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** @throws ApiError `unavailable` when there is no room for it */
  async run<Result>(lane: Lane, work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#limits.running) await this.#wait(lane);
    else this.#running++;
    try {
      return await work();
    } finally {
      // the place goes to the next one in the same step: nobody can take it in between
      const next = this.#next();
      if (next === undefined) this.#running--;
      else next.start();
    }
  }

  async #wait({ key, isKnown }: Lane): Promise<void> {
    const lanes = isKnown ? this.#known : this.#strangers;
    const own = lanes.get(key)?.length ?? 0;
    if (own >= this.#limits.perLane || (this.#waiting >= this.#limits.waiting && !this.#makeRoom(own, isKnown))) throw full();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { start: resolve, refuse: reject };
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, [waiter]);
    else lane.push(waiter);
    this.#waiting++;
    await promise;
  }

  /** Refuses the newest piece of the longest lane: of a stranger for a known client, otherwise of a lane longer than one's own. */
  #makeRoom(own: number, isKnown: boolean): boolean {
    const lanes = isKnown && this.#strangers.size > 0 ? this.#strangers : isKnown ? this.#known : this.#strangers;
    const [key, lane] = longest(lanes);
    const isStranger = isKnown && lanes === this.#strangers;
    if (!isStranger && lane.length <= own + 1) return false;
    lane.pop()?.refuse(full());
    if (lane.length === 0) lanes.delete(key);
    this.#waiting--;
    return true;
  }

  #next(): Waiter | undefined {
    const first = this.#wasKnown ? this.#strangers : this.#known;
    const lanes = first.size > 0 ? first : first === this.#known ? this.#strangers : this.#known;
    const [entry] = lanes;
    if (entry === undefined) return undefined;
    const [key, lane] = entry;
    const waiter = lane.shift();
    // served: to the end of the round
    lanes.delete(key);
    if (lane.length > 0) lanes.set(key, lane);
    this.#waiting--;
    this.#wasKnown = lanes === this.#known;
    return waiter;
  }
}

function longest(lanes: ReadonlyMap<string, Waiter[]>): readonly [key: string, lane: Waiter[]] {
  let found: readonly [string, Waiter[]] = ['', []];
  for (const entry of lanes) if (entry[1].length > found[1].length) found = entry;
  return found;
}

const full = (): ApiError =>
  new ApiError('unavailable', 'The server is checking as many passphrases as it can. This attempt was not counted.', {
    retryAfterMs: 2000,
  });
