import type { Role } from './access.ts';
import type { Priority } from './alert.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** Hours of the week in local time of the site. They belong to the day on which they begin. */
export interface Hours {
  readonly days: readonly Weekday[];
  /** Minutes since midnight: from inclusive, to exclusive. If `to` is not after `from`, they end on the next day. */
  readonly from: number;
  readonly to: number;
}

/** Alerts that a destination receives: all conditions that are given apply. */
export interface RouteRule {
  readonly priorities?: readonly Priority[] | undefined;
  readonly areas?: readonly string[] | undefined;
  /** ATT&CK ids; an id also covers its sub-techniques. */
  readonly techniques?: readonly string[] | undefined;
  /** Roles to which the alert is escalated. */
  readonly escalatedTo?: readonly Role[] | undefined;
  readonly hours?: Hours | undefined;
}

export const groupings = ['incident', 'area', 'equipment'] as const;
export type Grouping = (typeof groupings)[number];

/** How a destination shows what may identify a person. */
export interface Privacy {
  readonly addresses: 'show' | 'pseudonym' | 'hide';
  readonly users: 'pseudonym' | 'hide';
  readonly notes: 'show' | 'hide';
}

/** Settings of a destination that are independent of its type. */
export interface NotificationSettings {
  /** Role whose escalated alerts alone are sent; all alerts if absent. */
  readonly escalatedTo?: Role | undefined;
  /** A change is sent if one of the rules covers it; all changes if absent. */
  readonly route?: readonly RouteRule[] | undefined;
  /** Changes of one group within `waitMs` are one message. */
  readonly group?: { readonly by: Grouping; readonly waitMs: number } | undefined;
  /** Time for which updates that call for nobody are collected, ms; 0 for none. Default: 5 min. */
  readonly updatesMs?: number | undefined;
  /** Time without an acknowledgement after which a reminder is sent, and between reminders, ms. */
  readonly remindMs?: number | undefined;
  readonly privacy?: Privacy | undefined;
  /** Overrides the default of the type. */
  readonly canary?: boolean | undefined;
}
