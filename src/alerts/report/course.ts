import { type AlertState, isHidden, needsAcknowledgement } from '../../core/alert.ts';
import type { AlertStep } from '../../core/report.ts';

/** A span of time, ms UTC. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A time in which an alert waited for an acknowledgement. */
export interface Wait extends Span {
  /** False if it still waited at `to`. */
  readonly acknowledged: boolean;
}

/** A time in which the process was in alarm. */
export interface Standing extends Span {
  /** True if an operator acknowledged it meanwhile. */
  readonly acted: boolean;
  /** False if it lasted longer than the report. */
  readonly ended: boolean;
}

/** A time in which an alert was hidden, in the state G, H or I. */
export interface Hiding extends Span {
  readonly state: AlertState;
}

/** The course of an alert up to a time. */
export interface Course {
  /** Times at which it was annunciated: raised, recurred, or released while in alarm. */
  readonly annunciations: readonly number[];
  readonly waits: readonly Wait[];
  readonly standings: readonly Standing[];
  readonly hidings: readonly Hiding[];
  /** State at the end. */
  readonly state: AlertState;
}

/** Changes of state that only an acknowledgement makes. */
const acknowledgements: ReadonlySet<string> = new Set(['BC', 'DA', 'EF']);
const inAlarm = (state: AlertState): boolean => state === 'B' || state === 'C';

/** Derives the course of an alert from its changes of state before `end`. */
export function courseOf(steps: readonly AlertStep[], end: number): Course {
  const annunciations: number[] = [];
  const waits: Wait[] = [];
  const standings: Standing[] = [];
  const hidings: Hiding[] = [];
  let state: AlertState = 'A';
  let waitsSince: number | undefined;
  let stands: { readonly from: number; acted: boolean } | undefined;
  let hiddenSince = Number.NaN;
  for (const { time, after } of steps) {
    const acknowledged = acknowledgements.has(`${state}${after}`);
    if (after === 'B' && state !== 'B') annunciations.push(time);
    if (waitsSince !== undefined && acknowledged) waits.push({ from: waitsSince, to: time, acknowledged });
    // a hidden alert does not wait, and nobody has acknowledged it
    if (!needsAcknowledgement(after)) waitsSince = undefined;
    else waitsSince ??= time;
    if (stands !== undefined && acknowledged) stands.acted = true;
    if (stands !== undefined && !inAlarm(after)) {
      standings.push({ ...stands, to: time, ended: true });
      stands = undefined;
    } else if (inAlarm(after)) stands ??= { from: time, acted: false };
    if (isHidden(state) && after !== state) hidings.push({ state, from: hiddenSince, to: time });
    if (isHidden(after) && after !== state) hiddenSince = time;
    state = after;
  }
  if (waitsSince !== undefined) waits.push({ from: waitsSince, to: end, acknowledged: false });
  if (stands !== undefined) standings.push({ ...stands, to: end, ended: false });
  if (isHidden(state)) hidings.push({ state, from: hiddenSince, to: end });
  return { annunciations, waits, standings, hidings, state };
}

/** Part of a span within another one, ms. */
export const overlap = (a: Span, b: Span): number => Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
