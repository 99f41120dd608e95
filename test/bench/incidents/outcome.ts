import { scoreScenario } from '../../../dashboard/client/src/pure/state/scenario-score.ts';
import { incidentsOf } from '../../../dashboard/client/src/pure/alerts/incidents.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import type { Played } from './play.ts';

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
}

export function outcomeOf(
  id: string,
  events: readonly Scenario[],
  { startedAt, endedAt, alerts }: Played,
  of: { readonly speed: number; readonly seed: number },
): Outcome {
  const scores = events.map((event) => scoreScenario(event, startedAt, alerts, endedAt));
  const incidents = incidentsOf(alerts).map(({ alerts: members, title, worst }): IncidentOutcome => {
    const spoken = members.find(({ response }) => response !== '') ?? worst;
    return {
      title,
      alerts: members.length,
      raisedS: (Math.min(...members.map(({ raisedAt }) => raisedAt)) - startedAt) / 1_000,
      sounds: members.some(({ priority }) => priority !== 'A'),
      response: spoken.response.split('\n')[0] ?? '',
      answers: scores.flatMap(({ counted }, i) => (counted.some((alert) => members.includes(alert)) ? [i] : [])),
    };
  });
  const delays = scores.map(({ afterMs }) => (afterMs === undefined ? null : afterMs / 1_000));
  return { id, ...of, incidents: incidents.toSorted((a, b) => a.raisedS - b.raisedS), delays };
}
