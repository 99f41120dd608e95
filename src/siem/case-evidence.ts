import type { Alert } from '../core/alert.ts';
import { csvField } from '../core/csv.ts';
import type { Series } from '../core/historian.ts';
import type { DamagedPackets, PacketFile, PacketQuery } from '../core/packets.ts';
import type { Span, Traffic, TrafficQuery } from '../core/traffic.ts';
import type { Case } from './case.ts';
import { clientsOfAlert } from './event.ts';

/** Time around an act on the network of which traffic and packets are evidence, ms. */
const aroundActMs = 60_000;
/** Time before and after a case of which samples are evidence, ms. */
const aroundCaseMs = 600_000;
/** Bounds of the evidence of a case. Packets in a document or bundle are fewer than in a file of their own. */
export const evidenceLimits = {
  traffic: 500,
  tags: 12,
  pointsPerTag: 60,
  spans: 20,
  packetBytes: 4_194_304,
  packetFileBytes: 16_777_216,
  damagedFiles: 100,
} as const;

/** Registered by IANA for captures of both formats. */
export const packetMediaType = 'application/vnd.tcpdump.pcap';

/** Records that accompany a case. */
export interface CaseEvidence {
  readonly traffic: Traffic;
  /** Undefined if samples could not be read. */
  readonly samples: readonly Series[] | undefined;
  /** Undefined if none are stored. */
  readonly packets: PacketFile | undefined;
  /** Damage of the files from which the packets were read. */
  readonly damagedPackets: readonly DamagedPackets[];
}

/** Time around the act on the network that an alert states; undefined if it states none. */
export function actSpanOf(alert: Alert): Span | undefined {
  const { network, since } = alert;
  if (network !== true && clientsOfAlert(alert).length === 0) return undefined;
  return { from: since - aroundActMs, to: since + aroundActMs };
}

/** Traffic around the acts on the network that the alerts of a case state. */
export function trafficOf(of: Case): TrafficQuery {
  return {
    spans: actSpansOf(of),
    clients: [...new Set(of.alerts.flatMap(({ clients }) => clients))],
    limit: evidenceLimits.traffic,
  };
}

/** Packets around the acts on the network that the alerts of a case state. */
export const packetQueryOf = (of: Case, mostBytes: number): PacketQuery => ({ spans: actSpansOf(of), mostBytes });

const actSpansOf = ({ alerts }: Case): readonly Span[] =>
  alerts.flatMap(({ alert }) => actSpanOf(alert) ?? []).slice(0, evidenceLimits.spans);

/** Tags and span of the samples of a case; undefined if it has no tags. */
export function samplesOf({ alerts, since, changedAt }: Case): (Span & { readonly tags: readonly string[] }) | undefined {
  const tags = [...new Set(alerts.flatMap(({ alert }) => alert.tags))].slice(0, evidenceLimits.tags);
  if (tags.length === 0) return undefined;
  const ends = alerts.map(({ alert }) => alert.returnedAt ?? changedAt);
  return { tags, from: since - aroundCaseMs, to: Math.max(...ends) + aroundCaseMs };
}

/** Time (ms UTC), tag, value, lowest and highest value, quality (text of the OPC UA StatusCode) of each sample. */
export const sampleRows = (
  all: readonly Series[],
  textOf: (quality: number) => string,
): readonly (readonly [number, string, number, number, number, string])[] =>
  all.flatMap(({ tag, time, value, low, high, quality }) =>
    [...time.keys()].map(
      (i) =>
        [
          time[i] ?? Number.NaN,
          tag,
          value[i] ?? Number.NaN,
          low[i] ?? Number.NaN,
          high[i] ?? Number.NaN,
          textOf(quality[i] ?? 0),
        ] as const,
    ),
  );

/** Samples as CSV (RFC 4180), times as ISO 8601. A value that is no number is empty. */
export function samplesCsv(all: readonly Series[]): string {
  const cell = (one: number | string): string => (typeof one === 'string' ? one : Number.isFinite(one) ? String(one) : '');
  const hex = (quality: number): string => `0x${quality.toString(16).padStart(8, '0')}`;
  const rows = sampleRows(all, hex).map(([time, ...others]) => [new Date(time).toISOString(), ...others.map(cell)]);
  return [['time', 'tag', 'value', 'lowest', 'highest', 'quality'], ...rows]
    .map((row) => `${row.map(csvField).join(',')}\r\n`)
    .join('');
}
