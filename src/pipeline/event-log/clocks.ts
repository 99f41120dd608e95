import type { Clock } from '../../core/clock.ts';

/** The clocks by which a monitor runs. */
export interface RunClocks {
  /** Time of the site, by which samples are received: plant time in the lab. */
  readonly site: Pick<Clock, 'now'>;
  readonly machine: Pick<Clock, 'now' | 'monotonic'>;
  /** Id of this run: monotonic times of two runs say nothing of each other. */
  readonly run: string;
}

/** What the clocks of a run said at one instant. The monotonic time of what was received near it follows from its receive time. */
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
/** The machine's clock was set where it moved otherwise than monotonic time by so much between two ticks, ms: slewing is far below. */
const stepMs = 20;

/**
 * Says when the clocks are to be noted: at the start, each minute, and where the machine's was set: then as it stood at the tick before and as
 * it stands now, so that what was received around the step can be told to be before or after it.
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

  /** What is to be noted now; to be called at each tick of the stream. */
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
