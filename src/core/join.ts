/** Place of a finding or an alert: findings of one place are joined. */
export interface Located {
  readonly area: string;
  readonly equipment: string;
  readonly device?: string | undefined;
}

/** Time after its end in which an alert still takes in a finding of the same place, ms. */
export const joinGapMs = 600_000;

/**
 * Findings with the same key are one alert while it is open and for `joinGapMs` after: the same device, else the same
 * equipment, else the same area. Calibration counts by this rule what the alarm budget promises.
 */
export function joinKey(located: Located): string {
  if (located.device !== undefined) return `device:${located.device}`;
  return located.equipment === '' ? `area:${located.area}` : `equipment:${located.equipment}`;
}
