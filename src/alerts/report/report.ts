import { type AlertState, type Headline, isHidden, type VerdictWord } from '../../core/alert.ts';
import type { AlertLife } from '../../core/report.ts';
import { type ClassReport, ClassTally } from './class-report.ts';
import { courseOf, overlap, type Span } from './course.ts';
import type { Source } from './sources.ts';

/** Verdicts on the alerts of a detector. */
export interface DetectorVerdicts {
  readonly detector: string;
  readonly verdicts: Readonly<Record<VerdictWord, number>>;
  readonly unjudged: number;
  /** True alerts as a fraction of true and false ones; NaN without a verdict. */
  readonly precision: number;
}

/** Alerts that were shelved, suppressed by design or out of service. */
export interface HiddenAlerts {
  readonly state: AlertState;
  /** At the end of the period. */
  readonly now: number;
  /** During the period. */
  readonly alerts: number;
  /** Sum over the alerts within the period, ms. */
  readonly total: number;
}

/** Key figures of a period by ISA-18.2 and IEC 62682. Anomalies are no alarms and are counted apart. */
export interface KeyFigures {
  readonly alarms: ClassReport;
  readonly anomalies: ClassReport;
  /** Annunciated alarms by priority. */
  readonly priorities: Readonly<Record<1 | 2 | 3, number>>;
  /** Annunciated alarms without a response text, one of each source. */
  readonly noResponse: readonly Source[];
  readonly hidden: readonly HiddenAlerts[];
  readonly detectors: readonly DetectorVerdicts[];
  /** Last composed title of each incident, by its id. */
  readonly incidents: ReadonlyMap<string, string>;
}

const hiddenStates = ['G', 'H', 'I'] as const;

/** Collects key figures from alerts, one after the other. Its memory grows with the numbers of annunciations and incidents only. */
export class KeyFigureTally {
  readonly #period: Span;
  readonly #alarms: ClassTally;
  readonly #anomalies: ClassTally;
  readonly #priorities = { 1: 0, 2: 0, 3: 0 };
  readonly #noResponse = new Map<string, Source>();
  readonly #hidden = new Map(hiddenStates.map((state) => [state as AlertState, { now: 0, alerts: 0, total: 0 }]));
  readonly #detectors = new Map<string, { true: number; false: number; expected: number; unjudged: number }>();

  readonly #headlines = new Map<string, Pick<Headline, 'title' | 'at'>>();

  constructor(period: Span) {
    this.#period = period;
    this.#alarms = new ClassTally(period);
    this.#anomalies = new ClassTally(period);
  }

  add(life: AlertLife): void {
    const { from, to } = this.#period;
    const course = courseOf(life.steps, to);
    this.#keepHeadline(life);
    const times = course.annunciations.filter((time) => time >= from && time < to).length;
    if (life.priority === 'A') this.#anomalies.add(life, course);
    else {
      this.#alarms.add(life, course);
      this.#priorities[life.priority] += times;
      if (times > 0 && !life.hasResponse) this.#noResponse.set(`${life.equipment}\n${life.title}`, sourceOf(life));
    }
    for (const [state, sum] of this.#hidden) {
      const spans = course.hidings.filter((hiding) => hiding.state === state && overlap(hiding, this.#period) > 0);
      if (spans.length > 0) sum.alerts++;
      for (const span of spans) sum.total += overlap(span, this.#period);
      if (isHidden(course.state) && course.state === state) sum.now++;
    }
    if (life.raisedAt < from) return;
    for (const detector of life.detectors) {
      const counts = this.#detectors.get(detector) ?? { true: 0, false: 0, expected: 0, unjudged: 0 };
      counts[life.verdict ?? 'unjudged']++;
      this.#detectors.set(detector, counts);
    }
  }

  #keepHeadline({ incident, headline }: AlertLife): void {
    if (headline !== undefined && headline.at >= (this.#headlines.get(incident)?.at ?? Number.NEGATIVE_INFINITY))
      this.#headlines.set(incident, headline);
  }

  figures(): KeyFigures {
    return {
      incidents: new Map([...this.#headlines].map(([incident, { title }]) => [incident, title])),
      alarms: this.#alarms.report(),
      anomalies: this.#anomalies.report(),
      priorities: this.#priorities,
      noResponse: [...this.#noResponse.values()],
      hidden: [...this.#hidden].map(([state, sum]) => ({ state, ...sum })),
      detectors: [...this.#detectors]
        .map(([detector, { unjudged, ...verdicts }]) => ({
          detector,
          verdicts,
          unjudged,
          precision: verdicts.true / (verdicts.true + verdicts.false),
        }))
        .toSorted((a, b) => (a.detector < b.detector ? -1 : 1)),
    };
  }
}

const sourceOf = ({ area, equipment, tag, title, id: alert, incident, detectors }: AlertLife): Source => ({
  area,
  equipment,
  tag,
  title,
  alert,
  incident,
  detector: detectors[0] ?? '',
});
