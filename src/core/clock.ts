import { setTimeout as delay } from 'node:timers/promises';

/** Source of time, always injected. Only this module reads the machine's clock and sets timers. */
export interface Clock {
  /** ms UTC */
  now(): number;
  /** ms since an arbitrary instant, never steps back */
  monotonic(): number;
  /** Resolves after `ms` of this clock's time. Rejects with AbortError when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
  },
};

/** Like `sleep` of the machine's clock, but does not keep the process alive. */
export async function sleepUnreferenced(ms: number): Promise<void> {
  await delay(ms, undefined, { ref: false });
}

/** Usual delay of the event loops and polls of a lab, ms of real time. */
const labDelayMs = 500;

/**
 * Part of this delay that fast plant time adds, ms of plant time: what lasts seems to last so much longer than at 1×.
 * @param speed seconds of plant time per second
 */
export const addedDelayMs = (speed: number): number => labDelayMs * Math.max(0, speed - 1);

/** A clock that only `advance` moves, for tests, headless campaigns and backtests. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #start: number;
  #sleepers: { at: number; wake: () => void }[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
    this.#start = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { at: this.#now + Math.max(0, ms), wake: resolve };
    const abort = (): void => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      reject(signal?.reason as Error);
    };
    this.#sleepers.push(sleeper);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Advances time and wakes sleepers in the order of their wake times. Each runs before the next is woken. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers[0];
      if (next === undefined || next.at > end) break;
      this.#sleepers.shift();
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await settle();
    }
    this.#now = end;
  }

  /** Sets the time without running sleepers, for synchronous streams that control the clock. */
  set(now: number): void {
    this.#now = now;
  }
}

/** Lets promise continuations and one round of the event loop run. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Relation of plant time to the machine's time. */
export interface PlantPace {
  /** Plant time, ms UTC, at the machine's `wallMs`. */
  readonly plantMs: number;
  readonly wallMs: number;
  /** Plant seconds per second; 0 while paused. */
  readonly speed: number;
}

/**
 * Plant time in the lab. It runs `speed` times as fast as the machine's time, and sleeps in its own time. A step of the machine's clock does
 * not change it.
 */
export class PacedClock implements Clock {
  #pace: PlantPace;
  /** Monotonic time of the machine at the pace's `wallMs`. */
  #since: number;
  #changed = new AbortController();
  readonly #wall: Clock;

  constructor(pace: PlantPace, wall: Clock = systemClock) {
    this.#pace = pace;
    this.#wall = wall;
    this.#since = this.#sinceOf(pace);
  }

  get pace(): PlantPace {
    return this.#pace;
  }

  /** Sets a new pace. It applies to the rest of running sleeps. */
  setPace(pace: PlantPace): void {
    this.#pace = pace;
    this.#since = this.#sinceOf(pace);
    const changed = this.#changed;
    this.#changed = new AbortController();
    changed.abort();
  }

  now(): number {
    return this.#pace.plantMs + (this.#wall.monotonic() - this.#since) * this.#pace.speed;
  }

  monotonic(): number {
    return this.now();
  }

  #sinceOf({ wallMs }: PlantPace): number {
    return this.#wall.monotonic() - (this.#wall.now() - wallMs);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = this.now() + ms;
    for (;;) {
      signal?.throwIfAborted();
      const left = end - this.now();
      if (left <= 0) {
        // other tasks run here even if time is so fast that nothing is left to wait for
        await this.#wall.sleep(0, signal);
        return;
      }
      const wait = this.#pace.speed === 0 ? 3_600_000 : left / this.#pace.speed;
      const changed = this.#changed.signal;
      const either = signal === undefined ? changed : AbortSignal.any([signal, changed]);
      try {
        await this.#wall.sleep(wait, either);
      } catch (thrown) {
        if (!changed.aborted) throw thrown;
      }
    }
  }
}
