import type { Series } from '../core/historian.ts';
import type { PrintedDocument, PrintedTable } from '../core/printed.ts';
import type { Span, Traffic, TrafficQuery } from '../core/traffic.ts';
import type { Case } from './case.ts';

/** Time around a write of which the traffic is shown, ms. */
const aroundWriteMs = 60_000;
/** Time before and after a case of which samples are shown, ms. */
const aroundCaseMs = 600_000;
/** Bounds of the evidence in a document. */
export const evidenceLimits = { traffic: 500, tags: 12, pointsPerTag: 60, spans: 20 } as const;

/** Records that accompany a case. */
export interface CaseEvidence {
  readonly traffic: Traffic;
  /** Undefined if samples could not be read. */
  readonly samples: readonly Series[] | undefined;
}

/** Traffic within ±60 s of the acts on the network that the alerts of a case state. */
export function trafficOf({ alerts }: Case): TrafficQuery {
  const acts = alerts.filter(({ alert, clients }) => alert.network === true || clients.length > 0);
  return {
    spans: acts
      .slice(0, evidenceLimits.spans)
      .map(({ alert: { since } }) => ({ from: since - aroundWriteMs, to: since + aroundWriteMs })),
    clients: [...new Set(acts.flatMap(({ clients }) => clients))],
    limit: evidenceLimits.traffic,
  };
}

/** Tags and span of the samples of a case; undefined if it has no tags. */
export function samplesOf({ alerts, since, changedAt }: Case): (Span & { readonly tags: readonly string[] }) | undefined {
  const tags = [...new Set(alerts.flatMap(({ alert }) => alert.tags))].slice(0, evidenceLimits.tags);
  if (tags.length === 0) return undefined;
  const ends = alerts.map(({ alert }) => alert.returnedAt ?? changedAt);
  return { tags, from: since - aroundCaseMs, to: Math.max(...ends) + aroundCaseMs };
}

/** The case as a document for people: one HTML file, readable without the monitor. */
export function caseDocument(
  of: Case,
  evidence: CaseEvidence,
  { timeZone, madeAt }: Pick<PrintedDocument, 'timeZone' | 'madeAt'>,
): PrintedDocument {
  const { id, site, tlp, title, sentence, since, changedAt } = of;
  return {
    title: `Case ${id}: ${title}`,
    site,
    timeZone,
    from: since,
    to: changedAt,
    madeAt,
    notes: [
      `TLP:${tlp.toUpperCase()}`,
      sentence,
      'Users appear under pseudonyms. A technique that is possible was inferred from its effects; one that is seen was observed on the network.',
    ],
    tables: [alerts(of), techniques(of), writes(of), notes(of), traffic(evidence.traffic), samples(evidence.samples)],
  };
}

const alerts = ({ alerts: all }: Case): PrintedTable => ({
  title: 'Alerts',
  note: '',
  columns: [
    { title: 'Since', kind: 'time' },
    { title: 'Raised', kind: 'time' },
    { title: 'Alert', kind: 'text' },
    { title: 'Priority', kind: 'text' },
    { title: 'Where', kind: 'text' },
    { title: 'Statement', kind: 'text' },
    { title: 'Certainty', kind: 'text' },
    { title: 'Verdict', kind: 'text' },
  ],
  rows: all.map(({ alert, certainty }) => [
    alert.since,
    alert.raisedAt,
    alert.id,
    String(alert.priority),
    [alert.area, alert.equipment, alert.device ?? ''].filter((one) => one !== '').join(', '),
    alert.explanation.sentence,
    certainty,
    alert.verdict?.word ?? '',
  ]),
  empty: '',
});

const techniques = ({ alerts: all }: Case): PrintedTable => ({
  title: 'Techniques of ATT&CK for ICS',
  note: '',
  columns: [
    { title: 'Technique', kind: 'text' },
    { title: 'Name', kind: 'text' },
    { title: 'Certainty', kind: 'text' },
    { title: 'Alert', kind: 'text' },
    { title: 'Id of v18', kind: 'text' },
  ],
  rows: all.flatMap(({ alert }) =>
    alert.techniques.map(({ id, name, certainty, idV18 }) => [id, name, certainty, alert.id, idV18]),
  ),
  empty: 'No technique fits the alerts.',
});

const writes = ({ alerts: all }: Case): PrintedTable => ({
  title: 'Clients and writes',
  note: '',
  columns: [
    { title: 'Client', kind: 'text' },
    { title: 'Tag', kind: 'text' },
    { title: 'Change', kind: 'text' },
    { title: 'Alert', kind: 'text' },
  ],
  rows: all.flatMap(({ alert, clients }) => {
    const written = alert.explanation.writes ?? [];
    const others = clients.filter((client) => !written.some((write) => write.client === client));
    return [
      ...written.map(({ client, tag, change }) => [client, tag, change, alert.id]),
      ...others.map((client) => [client, '', '', alert.id]),
    ];
  }),
  empty: 'No client was observed on the network.',
});

const notes = ({ notes: all }: Case): PrintedTable => ({
  title: 'Verdicts and comments',
  note: '',
  columns: [
    { title: 'Time', kind: 'time' },
    { title: 'Author', kind: 'text' },
    { title: 'Text', kind: 'text' },
  ],
  rows: all.map(({ at, by, text }) => [at, [by.role, by.user ?? ''].join(' ').trim(), text]),
  empty: 'Nobody has judged or commented the case.',
});

const traffic = ({ records, more }: Traffic): PrintedTable => ({
  title: 'Network traffic',
  note: `Recorded within 60 s of each act on the network.${more ? ' Further traffic of other clients is not listed.' : ''}`,
  columns: [
    { title: 'Time', kind: 'time' },
    { title: 'Kind', kind: 'text' },
    { title: 'Client', kind: 'text' },
    { title: 'Server', kind: 'text' },
    { title: 'Operation', kind: 'text' },
    { title: 'Content', kind: 'text' },
  ],
  rows: records.map(({ time, kind, client, server, port, operation, text }) => [
    time,
    kind.replace(/^wire-/, ''),
    client,
    port === 0 ? server : `${server}:${port}`,
    operation,
    text,
  ]),
  empty: 'No traffic was recorded at that time. A tap or a capture records it.',
});

function samples(all: readonly Series[] | undefined): PrintedTable {
  return {
    title: 'Samples',
    note: 'Values of the tags from 10 min before the case to 10 min after it. A row of a longer span has its lowest and highest value.',
    columns: [
      { title: 'Time', kind: 'time' },
      { title: 'Tag', kind: 'text' },
      { title: 'Value', kind: 'number' },
      { title: 'Lowest', kind: 'number' },
      { title: 'Highest', kind: 'number' },
      { title: 'Quality', kind: 'text' },
    ],
    rows: (all ?? []).flatMap(({ tag, time, value, low, high, quality }) =>
      [...time.keys()].map((i) => [
        time[i] ?? Number.NaN,
        tag,
        value[i] ?? Number.NaN,
        low[i] ?? Number.NaN,
        high[i] ?? Number.NaN,
        `0x${(quality[i] ?? 0).toString(16).padStart(8, '0')}`,
      ]),
    ),
    empty:
      all === undefined
        ? 'Samples are not in this file. scadawatch evidence exports them.'
        : 'No samples are stored for this time.',
  };
}
