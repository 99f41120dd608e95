import type { Alert, AlertFinding } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';

/** Most findings that an alert lists. The first one, open ones and recent ones stay. */
export const mostFindings = 20;

export function toAlertFinding(finding: Finding): AlertFinding {
  const { id, detector, channel, tags, since, beganAt, endedAt, score, peak, certainty, explanation } = finding;
  const { physical, network, signal, deliberate } = finding;
  const entry = { id, detector, channel, tags, since, beganAt, endedAt, score, peak, certainty, explanation };
  return {
    ...entry,
    ...(physical === undefined ? {} : { physical }),
    ...(network === undefined ? {} : { network }),
    ...(signal === undefined ? {} : { signal }),
    ...(deliberate === undefined ? {} : { deliberate }),
  };
}

/** True while a finding of the alert has not ended, or the alert waits for its return condition. */
export const inAlarm = ({ findings, unlisted, returnWait }: Pick<Alert, 'findings' | 'unlisted' | 'returnWait'>): boolean =>
  returnWait !== undefined || findings.some(({ endedAt }) => endedAt === undefined) || (unlisted?.open ?? 0) > 0;

/** Time at which the last finding ended; undefined if one is open. */
export const endOf = (alert: Alert): number | undefined => (inAlarm(alert) ? undefined : endOfFindings(alert.findings));

/** Time at which the last of the ended findings ended; −∞ if none has. */
export const endOfFindings = (findings: Alert['findings']): number =>
  Math.max(...findings.map(({ endedAt }) => endedAt ?? Number.NEGATIVE_INFINITY));

/**
 * The findings of an alert with one added or updated. A repetition joins the entry of the same kind.
 * @param open ids of all findings of the alert that are open after this
 * @param isKnown the finding is open since an earlier change
 */
export function withEntry(
  alert: Pick<Alert, 'findings' | 'unlisted'>,
  finding: Finding,
  open: ReadonlySet<string>,
  isKnown: boolean,
): Pick<Alert, 'findings' | 'unlisted'> {
  const entry = toAlertFinding(finding);
  const { findings } = alert;
  const same = findings.findIndex(({ id }) => id === entry.id);
  // a known finding that is not listed stays unlisted: otherwise it would displace another one at each update
  if (same === -1 && isKnown) return bounded(alert, findings, open);
  const like = same === -1 ? findings.findIndex((each) => each.endedAt !== undefined && isRepeat(each, entry)) : same;
  const old = findings[like];
  if (old === undefined) return bounded(alert, [...findings, entry], open);
  const merged =
    same === -1 ? { ...over(old, entry), times: (old.times ?? 1) + 1, lastBeganAt: entry.beganAt } : over(old, entry);
  return bounded(alert, findings.with(like, merged), open);
}

/** True for the same statement of the same detector about the same channel. */
function isRepeat(old: AlertFinding, entry: AlertFinding): boolean {
  if (old.detector !== entry.detector || old.explanation.title !== entry.explanation.title) return false;
  return old.channel === undefined ? old.tags.join() === entry.tags.join() : old.channel === entry.channel;
}

function over(old: AlertFinding, entry: AlertFinding): AlertFinding {
  const { times, lastBeganAt } = old;
  const firstSentence = old.firstSentence ?? old.explanation.sentence;
  const worst = old.peak > entry.peak ? old : entry;
  return {
    ...entry,
    since: Math.min(old.since, entry.since),
    beganAt: Math.min(old.beganAt, entry.beganAt),
    peak: worst.peak,
    certainty: worst.certainty,
    ...(times === undefined ? {} : { times, lastBeganAt }),
    ...(firstSentence === entry.explanation.sentence ? {} : { firstSentence }),
  };
}

function bounded(
  { unlisted }: Pick<Alert, 'unlisted'>,
  findings: readonly AlertFinding[],
  open: ReadonlySet<string>,
): Pick<Alert, 'findings' | 'unlisted'> {
  const listed = [...findings];
  let dropped = unlisted?.findings ?? 0;
  while (listed.length > mostFindings) {
    const [least] = listed.slice(1, -1).toSorted((a, b) => (a.endedAt ?? Infinity) - (b.endedAt ?? Infinity) || a.peak - b.peak);
    if (least === undefined) break;
    listed.splice(listed.indexOf(least), 1);
    dropped += least.times ?? 1;
  }
  if (dropped === 0) return { findings: listed, unlisted: undefined };
  const listedOpen = listed.filter(({ id }) => open.has(id)).length;
  return { findings: listed, unlisted: { findings: dropped, open: open.size - listedOpen } };
}
