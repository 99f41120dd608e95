import { lastHeadline, needsAcknowledgement, type Alert, type Outlook, type Verdict } from '../../../../../src/core/alert.ts';
import { returnTime, verdictWords } from './alert-words.ts';
import { byUrgency, compareUrgency } from './urgency.ts';

/** Alerts of one incident. */
export interface IncidentSummary {
  readonly id: string;
  /** First-out first. */
  readonly alerts: readonly Alert[];
  readonly worst: Alert;
  readonly first: Alert;
  /** Title and first sentence of the incident. */
  readonly title: string;
  readonly sentence: string;
  readonly since: number;
  /** Number of unacknowledged alerts. */
  readonly waiting: number;
}

/** End of the last condition of an incident; undefined while one is present. */
export function incidentEnd(alerts: readonly Alert[]): number | undefined {
  const ends = alerts.map(returnTime);
  return ends.includes(undefined) ? undefined : Math.max(...ends.map((end) => end ?? 0));
}

/** The last composed headline of an incident. Alerts of earlier versions have none: the worst alert then stands for it. */
export function headlineOf(members: readonly Alert[], worst: Alert): { readonly title: string; readonly sentence: string } {
  return lastHeadline(members) ?? { title: worst.title, sentence: worst.explanation.sentence };
}

/** Verdict on the incident of some alerts; undefined without one. */
export const incidentVerdict = (members: readonly Alert[]): Verdict | undefined =>
  members.find((alert) => alert.incidentVerdict !== undefined)?.incidentVerdict;

/** Verdict on an incident, e.g. `False`. Without one, the verdicts on its alerts, e.g. `True, False`; empty if there are none. */
export function verdictText(members: readonly Alert[]): string {
  const given = incidentVerdict(members);
  const words = given === undefined ? members.flatMap(({ verdict }) => verdict?.word ?? []) : [given.word];
  return [...new Set(words)].map((word) => verdictWords[word]).join(', ');
}

/** The alerts, each with the last headline of its incident among them: a stored alert has that of its own last change. */
export function withHeadlines(alerts: readonly Alert[]): readonly Alert[] {
  const groups = Map.groupBy(alerts, (alert) => alert.incident);
  const last = new Map([...groups].map(([incident, members]) => [incident, lastHeadline(members)]));
  return alerts.map((alert) => ({ ...alert, headline: last.get(alert.incident) }));
}

/** Title of the incident of an alert; undefined if it is the title of the alert itself. */
export const incidentTitle = ({ headline, title }: Pick<Alert, 'headline' | 'title'>): string | undefined =>
  headline === undefined || headline.title === title ? undefined : headline.title;

/** `INC-1: All pumps stopped`; the id alone if the incident has no other title than the alert. */
export const incidentName = (alert: Pick<Alert, 'incident' | 'headline' | 'title'>): string =>
  [alert.incident, incidentTitle(alert)].filter(Boolean).join(': ');

/** Title and first sentence, as the tooltip of a title that may be cut. */
export const headlineText = ({ title, sentence }: Pick<IncidentSummary, 'title' | 'sentence'>): string => `${title}. ${sentence}`;

/** Expected consequences of the present alerts of an incident: of each tag the last outlook, unless its time has passed. */
export function presentOutlooks(members: readonly Alert[], now: number): readonly Outlook[] {
  const present = members.filter((alert) => returnTime(alert) === undefined);
  const stated = present.flatMap(({ outlook }) => outlook ?? []).toSorted((a, b) => a.at - b.at);
  const last = [...new Map(stated.map((one) => [one.tag, one])).values()];
  return last.filter(({ expectedAt }) => expectedAt !== undefined && expectedAt > now);
}

/** An alert about a fact of the process, such as a stopped pump, leads before one about the pattern of values. */
const isFact = ({ findings }: Alert): boolean => findings.some(({ physical }) => physical === true);

/** The alert that stands for its incident: the most urgent, then a fact of the process, then the first-out. */
const byLead = (a: Alert, b: Alert): number =>
  compareUrgency(a, b) || Number(isFact(b)) - Number(isFact(a)) || a.since - b.since || byUrgency(a, b);

/** Groups alerts into their incidents, the most urgent first. */
export function incidentsOf(alerts: readonly Alert[]): readonly IncidentSummary[] {
  const groups = Map.groupBy(alerts, (alert) => alert.incident);
  return [...groups]
    .flatMap(([id, members]) => {
      const byTime = members.toSorted((a, b) => a.since - b.since);
      const [worst] = members.toSorted(byLead);
      const [first] = byTime;
      if (worst === undefined || first === undefined) return [];
      const waiting = members.filter((alert) => needsAcknowledgement(alert.state)).length;
      return [{ id, alerts: byTime, worst, first, ...headlineOf(members, worst), since: first.since, waiting }];
    })
    .sort((a, b) => byUrgency(a.worst, b.worst));
}
