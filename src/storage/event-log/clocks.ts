import type { Clock } from '../../core/clock.ts';

/** The clocks of a monitor. */
export interface RunClocks {
  /** Time of the site, used for received samples: plant time in the lab. */
  readonly site: Pick<Clock, 'now'>;
  readonly machine: Pick<Clock, 'now' | 'monotonic'>;
  /** Id of this run: monotonic times of two runs are not comparable. */
  readonly run: string;
}

/** The clocks of a run at one instant. The monotonic time of a receive time near it follows from it. */
export interface ClockLine {
  readonly kind: 'clock';
  /** Time of the site, ms UTC. */
  readonly at: number;
  /** The machine's time of day, ms UTC. */
  readonly wallMs: number;
  /** Monotonic time since some instant of the run, ms. */
  readonly monotonicMs: number;
  readonly run: string;
}

/** Time of the site between two lines, ms. */
const everyMs = 60_000;
/** Difference of the machine's clock from monotonic time between two ticks that counts as a step, ms: slewing is far below. */
const stepMs = 20;

/**
 * Decides when the clocks are recorded: at the start, each minute, and at each step of the machine's clock. A step has their values at the tick
 * before and at the present one, so that events around the step can be placed before or after it.
 */
export class ClockNotes {
  readonly #clocks: RunClocks;
  #last: ClockLine;
  #noted: ClockLine;

  constructor(clocks: RunClocks) {
    this.#clocks = clocks;
    this.#noted = this.#last = this.#read();
  }

  /** The clocks at the start. */
  get first(): ClockLine {
    return this.#noted;
  }

  /** The record to write now; to be called at each tick of the stream. */
  tick(): readonly ClockLine[] {
    const before = this.#last;
    const now = this.#read();
    this.#last = now;
    const stepped = Math.abs(aheadOf(now) - aheadOf(before)) >= stepMs;
    if (!stepped && Math.abs(now.at - this.#noted.at) < everyMs) return [];
    const lines = stepped && before !== this.#noted ? [before, now] : [now];
    this.#noted = now;
    return lines;
  }

  #read(): ClockLine {
    const { site, machine, run } = this.#clocks;
    return { kind: 'clock', at: site.now(), wallMs: machine.now(), monotonicMs: machine.monotonic(), run };
  }
}

const aheadOf = ({ wallMs, monotonicMs }: ClockLine): number => wallMs - monotonicMs;
