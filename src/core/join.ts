/** What decides which findings belong together. */
export interface Joinable {
  readonly area: string;
  readonly equipment: string;
  readonly device?: string | undefined;
}

/** A finding joins an alert of its key that is open, or whose last finding ended no longer ago than this, ms. */
export const joinGapMs = 600_000;

/**
 * Findings of one key are one alert: those about a device, of one equipment, or of an area where the equipment is not
 * known. Calibration counts alerts by the same rule, so that the alarm budget promises what people will see.
 */
export function joinKey({ area, equipment, device }: Joinable): string {
  if (device !== undefined) return `device/${device}`;
  return equipment === '' ? `area/${area}` : `equipment/${equipment}`;
}
