import type { DetectorPlugin } from '../../core/detector.ts';

/** Start, update and end of a finding; one set for all detectors. */
export interface FindingSettings {
  /** Reports in a row at score ≥ 1 that open a finding. */
  readonly holdOff: number;
  /** Least and greatest distance of the end below the threshold, as scores. */
  readonly endScore: { readonly most: number; readonly least: number };
  /** Scan periods for which the score must stay below the end. Detectors of vectors already smooth their scores. */
  readonly endPeriods: Readonly<Record<DetectorPlugin['input'], number>>;
  /** The most of it, ms: a slow scan alone says that the cause has gone. */
  readonly mostHoldMs: number;
  /** Time below score 1 that ends a finding, whatever the deadband, ms. */
  readonly lapseMs: number;
  /** Period of new explanations of an open finding, ms of stream time. */
  readonly updateMs: number;
}

/** Effect of a report on a channel's finding. */
export type Step = 'none' | 'begin' | 'open' | 'end';

export interface MachineSnapshot {
  readonly state: Uint8Array;
  readonly reports: Uint32Array;
  readonly since: Float64Array;
  readonly peak: Float64Array;
  readonly score: Float64Array;
  readonly lastHigh: Float64Array;
  /** Absent in snapshots of earlier versions. */
  readonly lastOver?: Float64Array;
  /** Absent in snapshots of earlier versions. */
  readonly lapses?: Uint8Array;
}

const idle = 0;
const pending = 1;
const open = 2;
/** More doublings would exceed any stream. */
const mostLapses = 40;

/**
 * Begin and end of findings, one per channel, from scores ≥ 0. A score is valid until the channel's next report. A deadband and
 * an off-delay, in process terms, keep one cause from becoming many findings. They are the two remedies for chattering alarms
 * (ISA-18.2, 10.5). Within the deadband a finding does not last forever: a score that only decays ends it too. If it begins again
 * before the score was below the end, the next lapse takes twice the time, so that a score around the threshold cannot flap.
 */
export class FindingMachine {
  readonly #settings: FindingSettings;
  readonly #holdMs: Float64Array;
  readonly #lapseMs: Float64Array;
  readonly #endScore: Float64Array;
  #state: Uint8Array;
  #reports: Uint32Array;
  #since: Float64Array;
  #peak: Float64Array;
  #score: Float64Array;
  #lastHigh: Float64Array;
  /** Time of the last score ≥ 1. */
  #lastOver: Float64Array;
  /** Lapses since the score was last below the end for the time of an end. */
  #lapses: Uint8Array;

  /**
   * @param endScore per channel: score below which its finding may end
   * @param holdMs per channel: time below that score before the finding ends
   * @param lapseMs per channel: time below score 1 after which the finding ends for the first time
   */
  constructor(endScore: Float64Array, holdMs: Float64Array, lapseMs: Float64Array, settings: FindingSettings) {
    const channels = holdMs.length;
    this.#settings = settings;
    this.#endScore = endScore;
    this.#holdMs = holdMs;
    this.#lapseMs = lapseMs;
    this.#state = new Uint8Array(channels);
    this.#reports = new Uint32Array(channels);
    this.#since = new Float64Array(channels);
    this.#peak = new Float64Array(channels);
    this.#score = new Float64Array(channels);
    this.#lastHigh = new Float64Array(channels);
    this.#lastOver = new Float64Array(channels);
    this.#lapses = new Uint8Array(channels);
  }

  report(channel: number, time: number, score: number): Step {
    const state = this.#state[channel];
    if (state === open) return this.#goOn(channel, time, score);
    if (!(score >= 1)) {
      if (state === pending) this.#state[channel] = idle;
      if ((this.#lapses[channel] as number) > 0 && this.#isQuiet(channel, time, score)) this.#lapses[channel] = 0;
      return 'none';
    }
    if (state === idle) {
      this.#state[channel] = pending;
      this.#reports[channel] = 0;
      this.#since[channel] = time;
      this.#peak[channel] = 0;
    }
    this.#score[channel] = score;
    this.#lastHigh[channel] = time;
    this.#lastOver[channel] = time;
    if (score > (this.#peak[channel] as number)) this.#peak[channel] = score;
    const reports = (this.#reports[channel] as number) + 1;
    this.#reports[channel] = reports;
    if (reports < this.#settings.holdOff) return 'none';
    this.#state[channel] = open;
    return 'begin';
  }

  since(channel: number): number {
    return this.#since[channel] as number;
  }

  peak(channel: number): number {
    return this.#peak[channel] as number;
  }

  score(channel: number): number {
    return this.#score[channel] as number;
  }

  snapshot(): MachineSnapshot {
    return structuredClone({
      state: this.#state,
      reports: this.#reports,
      since: this.#since,
      peak: this.#peak,
      score: this.#score,
      lastHigh: this.#lastHigh,
      lastOver: this.#lastOver,
      lapses: this.#lapses,
    });
  }

  restore(snapshot: MachineSnapshot): void {
    const copy = structuredClone(snapshot);
    this.#state = copy.state;
    this.#reports = copy.reports;
    this.#since = copy.since;
    this.#peak = copy.peak;
    this.#score = copy.score;
    this.#lastHigh = copy.lastHigh;
    this.#lastOver = copy.lastOver ?? Float64Array.from(copy.lastHigh);
    this.#lapses = copy.lapses ?? new Uint8Array(copy.state.length);
  }

  #goOn(channel: number, time: number, score: number): Step {
    this.#score[channel] = score;
    if (score > (this.#peak[channel] as number)) this.#peak[channel] = score;
    if (score >= 1) this.#lastOver[channel] = time;
    const lapses = this.#lapses[channel] as number;
    const isQuiet = this.#isQuiet(channel, time, score);
    const lapseMs = (this.#lapseMs[channel] as number) * 2 ** lapses;
    if (!isQuiet && time - (this.#lastOver[channel] as number) < lapseMs) return 'open';
    this.#lapses[channel] = isQuiet ? 0 : Math.min(mostLapses, lapses + 1);
    this.#state[channel] = idle;
    return 'end';
  }

  /** True if the score has been below the end for the off-delay. */
  #isQuiet(channel: number, time: number, score: number): boolean {
    if (score >= (this.#endScore[channel] as number)) {
      this.#lastHigh[channel] = time;
      return false;
    }
    return time - (this.#lastHigh[channel] as number) >= (this.#holdMs[channel] as number);
  }
}
