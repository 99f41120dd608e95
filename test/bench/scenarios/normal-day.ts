import { incidentsOf } from '../../../dashboard/client/src/pure/alerts/incidents.ts';
import { startOf } from '../incidents/index.ts';
import type { Outcome } from '../incidents/outcome.ts';
import { playScenarios, type Stage } from '../incidents/play.ts';

const dayS = 86_400;

/** Id of a normal day among the kept plays. */
export const normalDayId = (plant: string): string => `normal-day ${plant}`;

/** Number of alerts of a day. */
export const alertsOf = ({ incidents }: Outcome): number => incidents.reduce((sum, { alerts }) => sum + alerts, 0);

/** Alerts of 24 hours of ordinary operation from a drawn hour on: none of them has a cause that an operator must know. */
export async function normalDay(stage: Stage, of: { readonly speed: number; readonly seed: number }): Promise<Outcome> {
  const id = normalDayId(stage.plugin.type);
  const startedAt = startOf(id, of.seed);
  const { alerts } = await playScenarios(stage, [], { ...of, startedAt, leastS: dayS });
  const incidents = incidentsOf(alerts).map(({ title, alerts: members }) => ({
    title,
    alerts: members.length,
    raisedS: (Math.min(...members.map(({ raisedAt }) => raisedAt)) - startedAt) / 1_000,
    sounds: members.some(({ priority }) => priority !== 'A'),
    response: '',
    returns: [],
    recurrences: 0,
    answers: [],
  }));
  return { id, ...of, incidents, delays: [] };
}
