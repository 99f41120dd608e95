import { type Alert, isMoreUrgent } from '../core/alert.ts';
import type { Finding, ObservedWrite } from '../core/finding.ts';
import { latchingOf } from './acts.ts';
import { addsInformation } from './compose.ts';
import type { Course } from './course.ts';
import { inAlarm } from './findings.ts';
import { nextState } from './lifecycle.ts';
import { findingKey, unshelved } from './shelving.ts';

/** Reason for which the shelving of an alert ends before its time. */
export const notCovered = 'more urgent, or another act, than when it was shelved';

/** An alert after its condition started, returned or continued. */
export interface Occurrence {
  readonly alert: Alert;
  readonly kind: 'recurred' | 'unshelved' | 'updated';
  /** True for the first finding of its detector and channel. */
  readonly isNewChannel: boolean;
  /** Set for a further act of a client in an acknowledged alert, with the writes that are new. It calls again. */
  readonly act?: { readonly writes: readonly ObservedWrite[] } | undefined;
}

/** @param alert before the finding @param joined with the finding @param isNew the finding begins */
export function occurrenceOf(
  alert: Alert,
  joined: Alert,
  { finding, isNew, course, time }: { finding: Finding; isNew: boolean; course: Course; time: number },
): Occurrence {
  const chatters = course.awayAt !== undefined;
  course.awayAt = undefined;
  const returns = !inAlarm(alert);
  if (returns) course.returns.add(time);
  const rises = isMoreUrgent(joined.priority, alert.priority);
  const stated = course.stated.add(finding);
  // an acknowledgement covers the known information: new information needs another one
  const news = alert.state === 'C' && (rises || (isNew && addsInformation(alert, finding)));
  const isAct = finding.network === true && (isNew || stated !== undefined);
  const recurs = news || (returns && !chatters);
  const channel = findingKey(finding);
  const isNewChannel = !course.channels.has(channel);
  course.channels.add(channel);
  // neither does a shelf cover what an intruder does meanwhile
  const annunciated = joined.shelf !== undefined && (rises || stated !== undefined) ? unshelved(joined) : undefined;
  if (annunciated !== undefined) return { alert: annunciated, kind: 'unshelved', isNewChannel };
  const chattering = course.returns.areFrequent(time) ? ({ chattering: true } as const) : {};
  const state = news ? 'B' : nextState(alert.state, 'occur', true, latchingOf(alert));
  const act = alert.state === 'C' && isAct && !recurs ? (stated ?? { writes: [] }) : undefined;
  return { alert: { ...joined, state, ...chattering }, kind: recurs ? 'recurred' : 'updated', isNewChannel, act };
}
