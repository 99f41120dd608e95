import type { Alert } from '../../../../../src/core/alert.ts';

/** Alarms in each ten minutes before an end, oldest first, and the number of anomalies, which are no alarms. */
export interface AlarmLoad {
  readonly counts: readonly number[];
  readonly anomalies: number;
}

/** Counts alerts that were raised in the ten minutes before `end`. */
export function loadByTenMinutes(alerts: readonly Pick<Alert, 'raisedAt' | 'priority'>[], end: number, slots: number): AlarmLoad {
  const counts = Array.from({ length: slots }, () => 0);
  let anomalies = 0;
  for (const alert of alerts) {
    const slot = slots - 1 - Math.floor((end - alert.raisedAt) / 600_000);
    const count = counts[slot];
    if (count === undefined) continue;
    if (alert.priority === 'A') anomalies++;
    else counts[slot] = count + 1;
  }
  return { counts, anomalies };
}
