import type { AlertState, Headline, Priority, VerdictWord } from './alert.ts';
import type { CalendarPeriod } from './calendar.ts';

/** A change of an alert's state. */
export interface AlertStep {
  readonly time: number;
  /** Absent for the first one. */
  readonly before?: AlertState | undefined;
  readonly after: AlertState;
}

/** An alert for key figures: what identifies its source, and its changes of state, oldest first. Times in ms UTC. */
export interface AlertLife {
  readonly id: string;
  readonly raisedAt: number;
  /** The last one. */
  readonly priority: Priority;
  readonly area: string;
  readonly equipment: string;
  /** The first tag; empty if there is none. */
  readonly tag: string;
  readonly title: string;
  readonly incident: string;
  /** Title of the incident and the time at which it was composed; absent for alerts of earlier versions. */
  readonly headline?: Pick<Headline, 'title' | 'at'> | undefined;
  /** The first one is that of the first finding. */
  readonly detectors: readonly string[];
  readonly hasResponse: boolean;
  readonly verdict?: VerdictWord | undefined;
  readonly steps: readonly AlertStep[];
}

/** The reported period: the day, week or month of the site that contains a date. */
export interface ReportQuery {
  readonly period: CalendarPeriod;
  /** `YYYY-MM-DD` in the time zone of the site; the present one if absent. */
  readonly date?: string | undefined;
  /** Name of an operator position; the whole plant if absent. */
  readonly position?: string | undefined;
}
