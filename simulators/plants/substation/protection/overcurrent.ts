/** Inverse-time element, plain data. */
export interface InverseRelay {
  /** Share of the trip time that has passed. */
  travelled: number;
  /** Time since pick-up, s. */
  pickedUpS: number;
  pickedUp: boolean;
}

export const initialRelay = (): InverseRelay => ({ travelled: 0, pickedUpS: 0, pickedUp: false });

/** IEC 60255-151: standard, very, extremely and long-time inverse. */
const curves: readonly { readonly k: number; readonly alpha: number }[] = [
  { k: 0.14, alpha: 0.02 },
  { k: 13.5, alpha: 1 },
  { k: 80, alpha: 2 },
  { k: 120, alpha: 1 },
];
/** Time of a full reset, s. */
const resetS = 10;

/** Trip time in seconds at `multiple` times the setting; infinite up to the setting. */
export function tripTime(curve: number, multiplier: number, multiple: number): number {
  const { k, alpha } = curves[curve] ?? { k: 0.14, alpha: 0.02 };
  return multiple <= 1 ? Number.POSITIVE_INFINITY : (multiplier * k) / (multiple ** alpha - 1);
}

/** @returns true at the end of the trip time */
export function stepInverse(relay: InverseRelay, multiple: number, curve: number, multiplier: number, dt: number): boolean {
  relay.pickedUp = multiple > 1;
  if (!relay.pickedUp) {
    relay.travelled = Math.max(0, relay.travelled - dt / resetS);
    relay.pickedUpS = 0;
    return false;
  }
  relay.pickedUpS += dt;
  relay.travelled += dt / tripTime(curve, multiplier, multiple);
  if (relay.travelled < 1) return false;
  relay.travelled = 0;
  return true;
}
