import type { Actor } from './alert.ts';

export const maintenanceKinds = ['area', 'equipment', 'device'] as const;

/** Object of maintenance: an area or equipment by its id, a device by its name. */
export interface MaintenancePlace {
  readonly kind: (typeof maintenanceKinds)[number];
  readonly id: string;
}

/** A time in which people work on a part of the plant: what is found there is out of service, and nothing of it is learned. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly place: MaintenancePlace;
  /** ms UTC; `to` is when it ended, once it was ended early. */
  readonly from: number;
  readonly to: number;
  /** Role of the user who opened it. */
  readonly by: string;
  readonly reason: string;
}

/** Maintenance windows. Every act is in the audit trail. */
export interface MaintenanceControl {
  /** Those that are open now, the one that ends first before the others. */
  open(): readonly MaintenanceWindow[];
  /** @throws ScadaError INPUT_INVALID for a place that is not there, or a time that is past or too long */
  begin(place: MaintenancePlace, to: number, by: Actor, reason: string): MaintenanceWindow;
  /** Ends an open one now. @throws ScadaError INPUT_INVALID if it is not open */
  end(id: string, by: Actor): void;
}
