import type { Role } from './access.ts';
import type { Priority } from './alert.ts';
import type { MaintenancePlace } from './maintenance.ts';

/** Alerts of a place that are suppressed by design (ISA-18.2 state H) while a condition holds. */
export interface SuppressionRule {
  /** A discrete state of the plant, by index of the tag, or a device that does not answer. */
  readonly when: { readonly tag: number; readonly is: readonly number[] } | { readonly device: string };
  readonly of: MaintenancePlace;
  /** Shown to operators. */
  readonly cause: string;
}

/** Delays of the alarms of a priority, of tags, or of tags with a priority. The first rule that fits a finding applies. */
export interface DelayRule {
  readonly priority?: Priority | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Time for which the condition must last before the alert is raised, ms. */
  readonly onMs: number;
  /** Time after the condition for which the alert stays in alarm, ms. */
  readonly offMs: number;
}

/** Alerts of a priority that are unacknowledged for a time are escalated to a role. */
export interface EscalationRule {
  readonly priority: Priority;
  readonly afterMs: number;
  readonly to: Role;
}

/** Time after which an acknowledged alert of a priority that is still in alarm is annunciated again. */
export interface RealarmRule {
  readonly priority: Priority;
  readonly afterMs: number;
}

/** Configured behaviour of the alarm system. */
export interface AlarmSettings {
  readonly suppress: readonly SuppressionRule[];
  readonly delays: readonly DelayRule[];
  readonly realarm: readonly RealarmRule[];
  /** By time, shortest first. */
  readonly escalate: readonly EscalationRule[];
  /** Greatest time between the begins of two alerts of one incident, ms. */
  readonly joinMs: number;
}

/**
 * Ten minutes are the time in which ISA-18.2 and IEC 62682 count the alarms of one upset: ten or more of them for one operator are a flood.
 */
export const defaultJoinMs = 600_000;

export const noAlarmSettings: AlarmSettings = { suppress: [], delays: [], realarm: [], escalate: [], joinMs: defaultJoinMs };
