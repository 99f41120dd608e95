import { scoreScenario } from '../../../src/core/scenario-score.ts';
import { returnTime } from '../../../dashboard/client/src/pure/alerts/alert-words.ts';
import { incidentEnd, incidentsOf } from '../../../dashboard/client/src/pure/alerts/incidents.ts';
import type { Alert, AlertChange } from '../../../src/core/alert.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import type { Played } from './play.ts';
import { type PlayOutcome, playOutcome } from './play-outcome.ts';

/** One incident as operators see it at the end of a play. */
export interface IncidentOutcome {
  readonly title: string;
  readonly alerts: number;
  /** Seconds from the start of the play. */
  readonly raisedS: number;
  /** True if one of its alerts has a priority. */
  readonly sounds: boolean;
  /** First line of the response. */
  readonly response: string;
  /** Times at which it was back to normal during the attack, and in alarm again, seconds from the start of the play. */
  readonly returns: readonly (readonly [back: number, again: number])[];
  /** Number of times at which one of its alerts was back to normal during the attack, and in alarm again. */
  readonly recurrences: number;
  /** Indices of the events that it answers; empty if it answers none. */
  readonly answers: readonly number[];
}

/** What the alerts of one play amount to. Plain data: it is kept in a file. */
export interface Outcome {
  readonly id: string;
  readonly speed: number;
  readonly seed: number;
  readonly incidents: readonly IncidentOutcome[];
  /** Seconds from the first hostile step of each event to its first alert; null if there is none. */
  readonly delays: readonly (number | null)[];
  /** For the coverage matrix; absent for two events. */
  readonly coverage?: PlayOutcome;
}

export function outcomeOf(
  id: string,
  events: readonly Scenario[],
  played: Played,
  of: { readonly speed: number; readonly seed: number },
): Outcome {
  const { startedAt, endedAt, alerts, changes } = played;
  const scores = events.map((event) => scoreScenario(event, startedAt, alerts, endedAt));
  const incidents = incidentsOf(alerts).map(({ id: incident, alerts: members, title, worst }): IncidentOutcome => {
    const spoken = members.find(({ response }) => response !== '') ?? worst;
    return {
      title,
      alerts: members.length,
      raisedS: (Math.min(...members.map(({ raisedAt }) => raisedAt)) - startedAt) / 1_000,
      sounds: members.some(({ priority }) => priority !== 'A'),
      response: spoken.response.split('\n')[0] ?? '',
      returns: returnsOf(incident, changes, startedAt, attackEndOf(events)),
      recurrences: recurrencesOf(incident, changes, startedAt, attackEndOf(events)),
      answers: scores.flatMap(({ counted }, i) => (counted.some((alert) => members.includes(alert)) ? [i] : [])),
    };
  });
  const delays = scores.map(({ afterMs }) => (afterMs === undefined ? null : afterMs / 1_000));
  const [only, ...others] = events;
  const coverage = only === undefined || others.length > 0 ? {} : { coverage: playOutcome(only, played, of) };
  return { id, ...of, incidents: incidents.toSorted((a, b) => a.raisedS - b.raisedS), delays, ...coverage };
}

/** End of the last attack or fault, seconds from the start of the play. */
const attackEndOf = (events: readonly Scenario[]): number =>
  Math.max(0, ...events.flatMap(({ truth }) => truth.map(({ toS }) => toS)));

/** Times at which all alerts of an incident were back to normal, and one was in alarm again before the end of the attack. */
function returnsOf(
  incident: string,
  changes: readonly AlertChange[],
  startedAt: number,
  endS: number,
): (readonly [number, number])[] {
  const members = new Map<string, Alert>();
  const returns: (readonly [number, number])[] = [];
  let back: number | undefined;
  for (const { alert, time } of changes) {
    if (alert.incident !== incident) continue;
    const atS = (time - startedAt) / 1_000;
    members.set(alert.id, alert);
    const isBack = incidentEnd([...members.values()]) !== undefined;
    if (isBack) back ??= atS;
    else {
      if (back !== undefined && atS < endS) returns.push([back, atS]);
      back = undefined;
    }
  }
  return returns;
}

/** The same for each alert of an incident alone. */
function recurrencesOf(incident: string, changes: readonly AlertChange[], startedAt: number, endS: number): number {
  const own = changes.filter(({ alert, time }) => alert.incident === incident && (time - startedAt) / 1_000 < endS);
  const byAlert = [...Map.groupBy(own, ({ alert }) => alert.id).values()];
  return byAlert.flatMap((of) => of.filter(({ alert }, i) => isBackAt(of[i - 1]?.alert) && !isBackAt(alert))).length;
}

const isBackAt = (alert: Alert | undefined): boolean => alert !== undefined && returnTime(alert) !== undefined;
