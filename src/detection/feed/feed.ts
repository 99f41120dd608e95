import type { DetectorGroup } from '../../core/detector.ts';
import { type Observation, observeEvent, streamTimeOf, type Vector } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import { Aligner, type AlignerSettings, type AlignerSnapshot } from './aligner.ts';

export interface FeedSettings extends AlignerSettings {
  /** Stream time between tick events, ms. */
  readonly tickMs: number;
  /**
   * `period`: ticks each `tickMs`, vectors on the grid of their group's period, counted from the first observation. `row`:
   * both only when the source reports with a tick event of its own that a row is complete (files).
   */
  readonly pace: 'period' | 'row';
}

export const defaultFeedSettings: FeedSettings = { tickMs: 1_000, staleAfter: 10, pace: 'period' };

export interface FeedSnapshot {
  readonly time: number;
  readonly nextTick: number;
  readonly aligner: AlignerSnapshot;
}

/** Most generated ticks for one gap in the stream; the rest is skipped. */
const mostTicksPerGap = 120;

/**
 * Input of the detectors: the observation stream with the vectors of the groups and a tick per second of stream time, in order.
 * Vectors and ticks of an instant follow all observations received by then. They are emitted when a later observation arrives, or
 * with an external `tick` event that ends the instant. Observations come in the order of stream time.
 */
export class Feed {
  readonly #aligner: Aligner;
  readonly #settings: FeedSettings;
  #time = Number.NaN;
  #nextTick = Number.NaN;

  constructor(tags: TagTable, groups: readonly DetectorGroup[], settings: FeedSettings = defaultFeedSettings) {
    this.#aligner = new Aligner(tags, groups, settings);
    this.#settings = settings;
  }

  /** Stream time, ms UTC; NaN before the first observation. */
  get time(): number {
    return this.#time;
  }

  observe(observation: Observation, take: (observation: Observation) => void): void {
    const time = streamTimeOf(observation);
    if (Number.isNaN(time)) return;
    const tick = observation.kind === 'event' && observation.event.type === 'tick';
    if (this.#settings.pace === 'period') this.#advance(time, tick, take);
    else if (tick) {
      this.#aligner.emitAll(time, (vector) => take({ kind: 'vector', vector }));
      take(observation);
    }
    this.#time = time;
    if (tick) return;
    if (observation.kind === 'batch') this.#aligner.absorb(observation.batch, this.#time);
    else if (observation.kind === 'event' && observation.event.type === 'device')
      this.#aligner.setState(observation.event.device, observation.event.state);
    take(observation);
  }

  snapshot(): FeedSnapshot {
    return { time: this.#time, nextTick: this.#nextTick, aligner: this.#aligner.snapshot() };
  }

  restore(snapshot: FeedSnapshot): void {
    this.#time = snapshot.time;
    this.#nextTick = snapshot.nextTick;
    this.#aligner.restore(snapshot.aligner);
  }

  /** Emits the vectors and ticks before `time`, or up to it if that instant is over. */
  #advance(time: number, over: boolean, take: (observation: Observation) => void): void {
    const { tickMs } = this.#settings;
    const emit = (vector: Vector): void => take({ kind: 'vector', vector });
    if (Number.isNaN(this.#nextTick)) this.#nextTick = time + (over ? 0 : tickMs);
    const skipped = Math.floor((time - this.#nextTick) / tickMs) - mostTicksPerGap;
    if (skipped > 0) {
      this.#nextTick += skipped * tickMs;
      this.#aligner.emitDue(this.#aligner.due, emit);
      this.#aligner.skip(this.#nextTick);
    }
    for (;;) {
      const vectorDue = this.#aligner.due;
      const due = vectorDue < this.#nextTick ? vectorDue : this.#nextTick;
      if (!(over ? due <= time : due < time)) return;
      this.#aligner.emitDue(due, emit);
      if (due !== this.#nextTick) continue;
      this.#nextTick += tickMs;
      take(observeEvent({ type: 'tick', time: due }));
    }
  }
}
