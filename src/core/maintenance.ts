import type { Actor } from './alert.ts';
import type { CalendarPeriod } from './calendar.ts';

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
  /** Role of the second person who has approved it. */
  readonly approvedBy?: string | undefined;
  readonly reason: string;
}

/** Maintenance that begins by the clock, once or repeatedly. Each begin opens a window. */
export interface MaintenancePlan {
  readonly id: string;
  readonly place: MaintenancePlace;
  /** First begin, ms UTC. Later ones are at the same time of day of the site's time zone, across its clock changes. */
  readonly from: number;
  /** Duration of each window, ms. */
  readonly lastsMs: number;
  /** Absent if it is done once. */
  readonly repeat?: CalendarPeriod | undefined;
  /** Role of the user who planned it. */
  readonly by: string;
  /** Role of the second person who has approved it. */
  readonly approvedBy?: string | undefined;
  readonly reason: string;
  /** Begin of the last window that was opened, ms UTC. */
  readonly openedAt?: number | undefined;
}

/** A plan with its next begin, ms UTC. */
export interface PlannedMaintenance extends MaintenancePlan {
  readonly next: number;
}

/**
 * Maintenance windows and plans. The audit trail records every act. A plan takes effect when it is on disk; otherwise it is refused with
 * STATE_UNAVAILABLE.
 */
export interface MaintenanceControl {
  /** Windows that are open now, sorted by end. */
  open(): readonly MaintenanceWindow[];
  /** Windows that were open after a time, ms UTC, with those that are open now. */
  during(from: number): readonly MaintenanceWindow[];
  /**
   * @param approvedBy role of the second person
   * @throws ScadaError INPUT_INVALID for an unknown place, or an end that is past or too late
   */
  begin(place: MaintenancePlace, to: number, by: Actor, reason: string, approvedBy?: string): MaintenanceWindow;
  /** Plans, the next one first, with those that are being stored. */
  planned(): readonly PlannedMaintenance[];
  /**
   * Plans maintenance at a time that is not past.
   * @throws ScadaError INPUT_INVALID for an unknown place, a past begin, a duration that reaches the next begin, or too many plans
   */
  plan(
    plan: Pick<MaintenancePlan, 'place' | 'from' | 'lastsMs' | 'repeat' | 'reason' | 'approvedBy'>,
    by: Actor,
  ): Promise<MaintenancePlan>;
  /** Removes a plan; a window that it has opened stays. @throws ScadaError INPUT_INVALID if there is none */
  cancel(id: string, by: Actor): Promise<void>;
  /** Ends an open window now. @throws ScadaError INPUT_INVALID if it is not open */
  end(id: string, by: Actor): void;
}
