import type { Alert } from '../../../../../src/core/alert.ts';

/** Alarms (not anomalies) raised in each ten minutes before `end`, oldest first. */
export function loadByTenMinutes(
  alerts: readonly Pick<Alert, 'raisedAt' | 'priority'>[],
  end: number,
  slots: number,
): readonly number[] {
  const counts = Array.from({ length: slots }, () => 0);
  for (const alert of alerts) {
    const slot = slots - 1 - Math.floor((end - alert.raisedAt) / 600_000);
    const count = counts[slot];
    if (alert.priority !== 'A' && count !== undefined) counts[slot] = count + 1;
  }
  return counts;
}
