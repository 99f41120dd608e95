import type { AlertLife } from '../../core/report.ts';
import { type Course, overlap, type Span } from './course.ts';
import { selfDetector } from '../../core/self-device.ts';
import { chatterMs, chatterTimes, fleetingMs, staleMs } from './limits.ts';

/** Origin of alerts: equipment, first tag and first detector. */
export interface Source {
  readonly area: string;
  readonly equipment: string;
  readonly tag: string;
  readonly detector: string;
  /** Title of its last alert. */
  readonly title: string;
  /** Id of its last alert. */
  readonly alert: string;
  /** Id of the incident of that alert. */
  readonly incident: string;
}

/** A source with a number: of annunciations, of occurrences within a minute, of fleeting alerts. */
export interface CountedSource extends Source {
  readonly count: number;
}

/** An alert that was in alarm for a day or longer. */
export interface StaleAlert extends Source {
  readonly since: number;
  /** Up to the end of the period. */
  readonly lasted: number;
  readonly ended: boolean;
}

interface Tally extends Source {
  annunciations: number;
  fleeting: number;
  /** Begins of its times in alarm within the period. */
  readonly begins: number[];
}

/** Figures of the sources of one class of alerts. */
export class Sources {
  readonly #period: Span;
  readonly #tallies = new Map<string, Tally>();
  readonly stale: StaleAlert[] = [];

  constructor(period: Span) {
    this.#period = period;
  }

  /** @returns key of the source */
  add(life: AlertLife, { annunciations, standings }: Course): string {
    const { area, equipment, tag, title, id: alert, incident, detectors } = life;
    const detector = detectors[0] ?? '';
    const key = `${equipment}\n${tag}\n${detector}`;
    const source = { area, equipment, tag, detector, title, alert, incident };
    const known = this.#tallies.get(key) ?? { ...source, annunciations: 0, fleeting: 0, begins: [] };
    const { from, to } = this.#period;
    const isWithin = (time: number): boolean => time >= from && time < to;
    const begins = standings.map((standing) => standing.from);
    for (const begin of begins) if (isWithin(begin)) known.begins.push(begin);
    const fleeting = standings.filter(
      (one, i) =>
        isWithin(one.from) &&
        one.ended &&
        !one.acted &&
        // an act against the monitor is over at once, and its alarm waits for an operator
        detector !== selfDetector &&
        one.to - one.from <= fleetingMs &&
        !((begins[i + 1] ?? Infinity) - one.to < chatterMs),
    );
    this.#tallies.set(key, {
      ...known,
      ...source,
      annunciations: known.annunciations + annunciations.filter(isWithin).length,
      fleeting: known.fleeting + fleeting.length,
    });
    for (const standing of standings) {
      const lasted = standing.to - standing.from;
      if (lasted >= staleMs && overlap(standing, this.#period) > 0)
        this.stale.push({ ...source, since: standing.from, lasted, ended: standing.ended });
    }
    return key;
  }

  get(key: string): Source | undefined {
    return this.#tallies.get(key);
  }

  /** Sources by their number of annunciations, highest first. */
  annunciated(): CountedSource[] {
    return this.#ranked(({ annunciations }) => annunciations);
  }

  /** Sources that occurred at least 3 times within a minute, with the highest number within a minute. */
  chattering(): CountedSource[] {
    return this.#ranked(({ begins }) => {
      const most = mostWithin(
        begins.toSorted((a, b) => a - b),
        chatterMs,
      );
      return most >= chatterTimes ? most : 0;
    });
  }

  fleeting(): CountedSource[] {
    return this.#ranked(({ fleeting }) => fleeting);
  }

  #ranked(countOf: (tally: Tally) => number): CountedSource[] {
    return [...this.#tallies.values()]
      .map((tally) => {
        const { annunciations: _a, fleeting: _f, begins: _b, ...source } = tally;
        return { ...source, count: countOf(tally) };
      })
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count || (a.alert < b.alert ? -1 : 1));
  }
}

/** Most times within a length, which includes its begin and not its end. */
function mostWithin(times: readonly number[], length: number): number {
  let most = 0;
  let end = 0;
  times.forEach((time, first) => {
    while (end < times.length && (times[end] ?? 0) < time + length) end++;
    most = Math.max(most, end - first);
  });
  return most;
}
