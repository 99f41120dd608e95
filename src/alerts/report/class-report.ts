import type { AlertLife } from '../../core/report.ts';
import type { Course, Span } from './course.ts';
import { lateMs } from './limits.ts';
import { type Flood, floodsOf, type Rates, ratesOf, timeInFlood } from './rates.ts';
import { type CountedSource, type Source, Sources, type StaleAlert } from './sources.ts';

/** Times from an annunciation to its acknowledgement. Durations in ms; NaN if there are none. */
export interface Acknowledgements {
  readonly count: number;
  readonly median: number;
  readonly p90: number;
  /** Alerts that waited longer than the limit, acknowledged or not. */
  readonly late: number;
  /** Alerts that wait at the end of the period. */
  readonly waiting: number;
}

/** A flood with the source of its first alert and its main sources. */
export interface ReportedFlood extends Span {
  readonly count: number;
  readonly peak: number;
  readonly firstOut: Source;
  readonly contributors: readonly CountedSource[];
}

/** Figures of alarms or of anomalies. */
export interface ClassReport {
  readonly rates: Rates;
  readonly floods: readonly ReportedFlood[];
  /** Fraction of the period. */
  readonly timeInFlood: number;
  readonly sources: readonly CountedSource[];
  readonly chattering: readonly CountedSource[];
  readonly fleeting: readonly CountedSource[];
  readonly stale: readonly StaleAlert[];
  readonly acknowledgements: Acknowledgements;
}

const mostContributors = 3;

/** Collects the figures of one class of alerts: alarms or anomalies. */
export class ClassTally {
  readonly #period: Span;
  readonly #sources: Sources;
  readonly #annunciations: { readonly at: number; readonly source: string }[] = [];
  readonly #delays: number[] = [];
  #late = 0;
  #waiting = 0;

  constructor(period: Span) {
    this.#period = period;
    this.#sources = new Sources(period);
  }

  add(life: AlertLife, course: Course): void {
    const { from, to } = this.#period;
    const source = this.#sources.add(life, course);
    for (const at of course.annunciations) if (at >= from && at < to) this.#annunciations.push({ at, source });
    for (const wait of course.waits) {
      if (!wait.acknowledged) this.#waiting++;
      if (wait.from < from) continue;
      if (wait.acknowledged) this.#delays.push(wait.to - wait.from);
      if (wait.to - wait.from > lateMs) this.#late++;
    }
  }

  report(): ClassReport {
    const sorted = this.#annunciations.toSorted((a, b) => a.at - b.at);
    const times = sorted.map(({ at }) => at);
    const floods = floodsOf(times, this.#period);
    const delays = this.#delays.toSorted((a, b) => a - b);
    return {
      rates: ratesOf(times, this.#period),
      floods: floods.map((flood) =>
        this.#reported(
          flood,
          sorted.slice(flood.first, flood.end).map(({ source }) => source),
        ),
      ),
      timeInFlood: timeInFlood(floods, this.#period),
      sources: this.#sources.annunciated(),
      chattering: this.#sources.chattering(),
      fleeting: this.#sources.fleeting(),
      stale: this.#sources.stale.toSorted((a, b) => a.since - b.since),
      acknowledgements: {
        count: delays.length,
        median: quantile(delays, 0.5),
        p90: quantile(delays, 0.9),
        late: this.#late,
        waiting: this.#waiting,
      },
    };
  }

  #reported({ from, to, peak }: Flood, sources: readonly string[]): ReportedFlood {
    const counts = new Map<string, number>();
    for (const source of sources) counts.set(source, (counts.get(source) ?? 0) + 1);
    const main = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, mostContributors);
    const known = (key: string): Source => this.#sources.get(key) as Source;
    return {
      from,
      to,
      peak,
      count: sources.length,
      firstOut: known(sources[0] ?? ''),
      contributors: main.map(([key, count]) => ({ ...known(key), count })),
    };
  }
}

/** The smallest value that a fraction of the sorted values does not exceed. */
const quantile = (sorted: readonly number[], fraction: number): number =>
  sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
