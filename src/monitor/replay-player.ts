import type { ReplayStatus } from '../core/monitor.ts';
import type { Observation } from '../core/observation.ts';
import { type Clock, VirtualClock } from '../core/clock.ts';

/** One observation of a recording and its stream time, ms UTC. */
export interface Recorded {
  readonly time: number;
  readonly observation: Observation;
}

/** Longest wait between two checks of the speed, ms of the machine's clock. */
const longestWaitMs = 250;

/**
 * Plays a recording into a monitor. It owns the monitor's clock, and advances it only after all earlier observations were judged.
 * Findings therefore depend only on the recording, at any speed.
 */
export class ReplayPlayer {
  readonly clock: VirtualClock;
  readonly #recording: AsyncIterator<Recorded, void, void>;
  readonly #first: Recorded;
  readonly #source: string;
  readonly #machine: Clock;
  readonly #speed: number;
  #ended = false;

  private constructor(
    recording: AsyncIterator<Recorded, void, void>,
    first: Recorded,
    source: string,
    speed: number,
    machine: Clock,
  ) {
    this.#recording = recording;
    this.#first = first;
    this.#source = source;
    this.#speed = speed;
    this.#machine = machine;
    this.clock = new VirtualClock(first.time);
  }

  /**
   * Reads up to the first observation, at whose time the clock starts; undefined for an empty recording.
   * @param speed recorded seconds per second; Infinity for as fast as possible
   */
  static async open(
    recording: AsyncGenerator<Recorded, void, void>,
    source: string,
    speed: number,
    machine: Clock,
  ): Promise<ReplayPlayer | undefined> {
    const { done, value } = await recording.next();
    return done === true ? undefined : new ReplayPlayer(recording, value, source, speed, machine);
  }

  status(): ReplayStatus {
    return { source: this.#source, speed: this.#ended ? 0 : this.#speed };
  }

  /** Passes each observation to the monitor at its time. Resolves at the end of the recording. */
  async play(observe: (observation: Observation) => Promise<void>, signal: AbortSignal): Promise<void> {
    const startedAt = this.#machine.monotonic();
    for (let next: Recorded | undefined = this.#first; next !== undefined; next = await this.#next()) {
      await this.#waitFor(startedAt + (next.time - this.#first.time) / this.#speed, signal);
      signal.throwIfAborted();
      this.clock.set(Math.max(this.clock.now(), next.time));
      await observe(next.observation);
    }
    this.#ended = true;
  }

  async #next(): Promise<Recorded | undefined> {
    const { done, value } = await this.#recording.next();
    return done === true ? undefined : value;
  }

  async #waitFor(dueMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const wait = dueMs - this.#machine.monotonic();
      if (!(wait > 0)) return;
      await this.#machine.sleep(Math.min(wait, longestWaitMs), signal);
    }
  }
}
