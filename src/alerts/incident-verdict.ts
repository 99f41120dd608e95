import { type Actor, type Alert, firstAlertId, type Verdict, type VerdictWord } from '../core/alert.ts';

/** Most alerts of an incident that get its verdict: the newest. */
export const mostJudged = 1_000;

export const verdictOf = (word: VerdictWord, at: number, by: Actor, note: string | undefined): Verdict => ({
  word,
  at,
  by,
  ...(note === undefined ? {} : { note }),
});

/** The alert with which an incident began. @throws RangeError for an unknown incident */
export function firstOf(incident: string, find: (id: string) => Alert | undefined): Alert {
  const alert = find(firstAlertId(incident));
  if (alert?.incident !== incident) throw new RangeError(`there is no incident ${incident}`);
  return alert;
}

/**
 * Alerts that a verdict on their incident changes: the first one, which states it, and all without a verdict of their own. The first one
 * comes first.
 */
export function judgedIncident(first: Alert, members: readonly Alert[], verdict: Verdict): readonly Alert[] {
  const others = members.filter((alert) => alert.id !== first.id && isFree(alert));
  return [{ ...first, incidentVerdict: verdict }, ...others].map((alert) =>
    isFree(alert) ? { ...alert, verdict: { ...verdict, ofIncident: true } } : alert,
  );
}

const isFree = ({ verdict }: Alert): boolean => verdict === undefined || verdict.ofIncident === true;
