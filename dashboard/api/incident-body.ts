import type { Alert, AlertChange, AlertFinding } from '../../src/core/alert.ts';
import type { Explanation } from '../../src/core/finding.ts';
import { limits } from '../protocol.ts';
import type { IncidentBody, IncidentChange } from './schemas/alert.ts';

/** Most bytes of JSON for the alerts and for the changes of an incident's answer; with the frame around them 100 kB. */
const alertBytes = 60_000;
const changeBytes = 38_000;
/** Shown entries of an explanation and of the technique list. */
const contributionsShown = 6;
const techniquesShown = 12;

/** Detail of an alert in an answer: numbers of findings and tags, and whether its explanation has all figures. */
interface Detail {
  readonly findings: number;
  readonly tags: number;
  readonly figures: boolean;
}

/** From the most detail to the least. The first with which all alerts fit is used. */
const details: readonly Detail[] = [
  { findings: Infinity, tags: 1000, figures: true },
  { findings: 5, tags: 20, figures: true },
  { findings: 1, tags: 5, figures: false },
];

/**
 * Answer for an incident, at most 100 kB.
 * @param changes newest page of the incident's changes, with one more than is sent if there are earlier ones
 */
export function incidentBody(id: string, found: readonly Alert[], changes: readonly AlertChange[]): IncidentBody {
  const alerts = found.toSorted((a, b) => a.since - b.since);
  const steps = newestWithin(changes.slice(-limits.changesPerPage).map(stepOf), changeBytes);
  const versions = details.map((detail) => alerts.map((alert) => shortened(alert, detail)));
  const fitting = versions.find((all) => sizeOf(all) <= alertBytes);
  const listed = fitting ?? firstAndNewest(versions.at(-1) ?? [], alertBytes);
  return { id, alerts: listed, omitted: alerts.length - listed.length, changes: steps, earlier: steps.length < changes.length };
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function stepOf({ alert, ...change }: AlertChange): IncidentChange {
  const { id, title, priority, state, verdict, incidentVerdict, triage } = alert;
  return {
    ...change,
    alert: {
      id,
      title,
      priority,
      state,
      ...(verdict === undefined ? {} : { verdict: { word: verdict.word, ofIncident: verdict.ofIncident } }),
      ...(incidentVerdict === undefined ? {} : { incidentVerdict: { word: incidentVerdict.word, at: incidentVerdict.at } }),
      ...(triage === undefined ? {} : { triage: { state: triage.state, assignee: triage.assignee } }),
    },
  };
}

function shortened(alert: Alert, { findings, tags, figures }: Detail): Alert {
  const listed = alert.findings.slice(0, findings).map((finding): AlertFinding => {
    const { sentence, title } = finding.explanation;
    const plain: Explanation = { sentence, title, contributions: [], normalIf: '', techniques: [] };
    return { ...finding, tags: finding.tags.slice(0, tags), explanation: plain };
  });
  const { explanation, unlisted } = alert;
  const left = alert.findings.slice(findings);
  return {
    ...alert,
    tags: alert.tags.slice(0, tags),
    techniques: alert.techniques.slice(0, techniquesShown),
    explanation: { ...explanation, contributions: explanation.contributions.slice(0, figures ? contributionsShown : 1) },
    findings: listed,
    ...(left.length === 0
      ? {}
      : {
          unlisted: {
            findings: left.reduce((sum, { times = 1 }) => sum + times, unlisted?.findings ?? 0),
            open: left.filter(({ endedAt }) => endedAt === undefined).length + (unlisted?.open ?? 0),
          },
        }),
  };
}

/** The newest items, at the end of the list, that fit. */
function newestWithin<Item>(items: readonly Item[], bytes: number): readonly Item[] {
  let left = bytes;
  const first = items.findLastIndex((item) => (left -= sizeOf(item) + 1) < 0);
  return items.slice(first + 1);
}

/** The first items in half of the space, the newest ones in the rest. */
function firstAndNewest<Item>(items: readonly Item[], bytes: number): readonly Item[] {
  const first = newestWithin(items.toReversed(), bytes / 2).toReversed();
  return [...first, ...newestWithin(items.slice(first.length), bytes / 2)];
}
