import type { Alert } from '../../core/alert.ts';
import { ScadaError } from '../../core/errors.ts';
import type { DirectStateStore } from '../../core/state.ts';

/** Most alerts of one incident. */
const mostAlerts = 1_000;
/** Alerts that the error names if the requested one does not exist. */
const namedAlerts = 5;

/**
 * The alert with an id, or all alerts of the incident with an id.
 * @throws ScadaError INPUT_INVALID
 */
export function alertsOf(store: DirectStateStore['alerts'], id: string): readonly Alert[] {
  const alert = store.get(id);
  const found = alert === undefined ? store.find({ incident: id, limit: mostAlerts }) : [alert];
  if (found.length > 0) return found;
  const last = store
    .find({ limit: namedAlerts })
    .map((one) => `${one.id} (${new Date(one.raisedAt).toISOString()} ${one.title})`);
  throw new ScadaError('config', 'INPUT_INVALID', `there is no alert and no incident ${id}`, {
    hint: last.length === 0 ? 'this data folder has no alerts: --data names it' : `the last ones are ${last.join(', ')}`,
  });
}

/** From before the first anomalous sample until after the last return to normal, ms UTC. */
export function periodAround(
  alerts: readonly Alert[],
  beforeMs: number,
  afterMs: number,
): { readonly from: number; readonly to: number } {
  const begins = alerts.map(({ since }) => since);
  const ends = alerts.flatMap(({ changedAt, returnedAt, findings }) => [
    returnedAt ?? changedAt,
    ...findings.map(({ endedAt, beganAt }) => endedAt ?? beganAt),
  ]);
  return { from: Math.min(...begins) - beforeMs, to: Math.max(...ends) + afterMs };
}
