import { createHash } from 'node:crypto';
import type { Series } from '../core/historian.ts';
import type { DamagedPackets, PacketFile } from '../core/packets.ts';
import type { PrintedDocument, PrintedTable, PrintedWithFiles } from '../core/printed.ts';
import { qualityName } from '../core/quality.ts';
import type { Traffic, TrafficRecord } from '../core/traffic.ts';
import { deviceOf } from '../core/self-device.ts';
import type { Case } from './case.ts';
import { type CaseEvidence, evidenceLimits, packetMediaType, sampleRows } from './case-evidence.ts';

/** The case as a document for people: one HTML file, readable without the monitor. */
export function caseDocument(
  of: Case,
  evidence: CaseEvidence,
  { timeZone, madeAt }: Pick<PrintedDocument, 'timeZone' | 'madeAt'>,
): PrintedWithFiles {
  const { id, site, tlp, title, sentence, since, changedAt } = of;
  const [ofCase, usual] = traffic(of, evidence.traffic);
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
    tables: [
      alerts(of),
      techniques(of),
      writes(of),
      notes(of),
      ofCase,
      packets(of, evidence.packets),
      ...damaged(evidence.damagedPackets),
      samples(evidence.samples),
      usual,
    ],
    ...(evidence.packets === undefined
      ? {}
      : { attachments: [{ name: packetName(of), mediaType: packetMediaType, content: evidence.packets.content }] }),
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
    [alert.area, alert.equipment, deviceOf(alert) ?? ''].filter((one) => one !== '').join(', '),
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
    { title: 'Version of ATT&CK', kind: 'text' },
    { title: 'Id of v18', kind: 'text' },
  ],
  rows: all.flatMap(({ alert }) =>
    alert.techniques.map(({ id, name, certainty, version, idV18 }) => [id, name, certainty, alert.id, version, idV18]),
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

/** Two tables, so that the acts are not lost among the usual traffic of other clients. */
function traffic({ alerts: all }: Case, { records, more }: Traffic): readonly [PrintedTable, PrintedTable] {
  const clients = new Set(all.flatMap((one) => one.clients));
  const isUsual = ({ kind, client }: TrafficRecord): boolean => kind === 'wire-traffic' && !clients.has(client);
  const within = 'Recorded within 60 s of each act on the network.';
  return [
    trafficTable({
      title: 'Network traffic of the case',
      note: `${within} Traffic of its clients, and all that is not usual.`,
      records: records.filter((record) => !isUsual(record)),
      empty: 'No traffic was recorded at that time. A tap or a capture records it.',
    }),
    trafficTable({
      title: 'Usual traffic of other clients',
      note: `${within}${more ? ' Further traffic of other clients is not listed.' : ''}`,
      records: records.filter(isUsual),
      empty: 'None was recorded.',
    }),
  ];
}

const trafficTable = ({
  records,
  ...texts
}: Pick<PrintedTable, 'title' | 'note' | 'empty'> & Pick<Traffic, 'records'>): PrintedTable => ({
  ...texts,
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
});

const packetName = ({ id }: Case): string => `${id}.pcapng`;

const packets = (of: Case, file: PacketFile | undefined): PrintedTable => ({
  title: 'Packets',
  note: `Packets as a tap has read them, within 60 s of each act on the network.${file?.more === true ? ' Further packets are left out: these are the nearest.' : ''}`,
  columns: [
    { title: 'Attached file', kind: 'text' },
    { title: 'First', kind: 'time' },
    { title: 'Last', kind: 'time' },
    { title: 'Packets', kind: 'number' },
    { title: 'SHA-256', kind: 'text' },
  ],
  rows:
    file === undefined
      ? []
      : [[packetName(of), file.from, file.to, file.packets, createHash('sha256').update(file.content).digest('hex')]],
  empty: 'No packets are stored for that time. A tap on the network stores them.',
});

/** A table only if there is damage: it is an exception that must not be overlooked. */
function damaged(all: readonly DamagedPackets[]): readonly PrintedTable[] {
  if (all.length === 0) return [];
  const { damagedFiles } = evidenceLimits;
  const others = all.length > damagedFiles ? ` Another ${all.length - damagedFiles} damaged files are not listed.` : '';
  return [
    {
      title: 'Damaged files of packets',
      note: `Packets between the two times may be missing. Without a time, the damage is at the begin or end of the file.${others}`,
      columns: [
        { title: 'File', kind: 'text' },
        { title: 'Damaged bytes', kind: 'number' },
        { title: 'After', kind: 'time' },
        { title: 'Before', kind: 'time' },
      ],
      rows: all.slice(0, damagedFiles).map(({ file, bytes, after, before }) => [file, bytes, after ?? '', before ?? '']),
      empty: '',
    },
  ];
}

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
    rows: sampleRows(all ?? [], qualityName),
    empty:
      all === undefined
        ? 'Samples are not in this file. scadawatch evidence exports them.'
        : 'No samples are stored for this time.',
  };
}
