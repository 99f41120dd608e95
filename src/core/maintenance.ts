import type { Actor } from './alert.ts';

export const maintenanceKinds = ['area', 'equipment', 'device'] as const;

/** Object of maintenance: an area or equipment by its id, a device by its name. */
export interface MaintenancePlace {
  readonly kind: (typeof maintenanceKinds)[number];
  readonly id: string;
}

/** A period of work on a part of the plant. Findings there are out of service, and nothing of the part is learned. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly place: MaintenancePlace;
  /** ms UTC. `to` is the actual end if the window was ended early. */
  readonly from: number;
  readonly to: number;
  /** Role of the user who opened it. */
  readonly by: string;
  readonly reason: string;
}

/** Maintenance windows. The audit trail records every act. */
export interface MaintenanceControl {
  /** Windows that are open now, sorted by end. */
  open(): readonly MaintenanceWindow[];
  /** @throws ScadaError INPUT_INVALID for an unknown place, or an end that is past or too late */
  begin(place: MaintenancePlace, to: number, by: Actor, reason: string): MaintenanceWindow;
  /** Ends an open window now. @throws ScadaError INPUT_INVALID if it is not open */
  end(id: string, by: Actor): void;
}
