import { isIP } from 'node:net';
import { oneLine } from '../core/texts.ts';
import { inferred, product, type SecurityEvent, severityOf } from './event.ts';

/** Longest extension value, characters: receivers cut longer ones. */
const longest = 1023;

/**
 * An event in ArcSight Common Event Format, version 0: `CEF:0|vendor|product|version|signature|name|severity|extension`. The signature is
 * the type of the leading detector. Times are ms since 1970 UTC.
 */
export function cef(event: SecurityEvent): string {
  const { alert, by, clients, incidentClients, detectors, link, note, place, areas, device } = event;
  const header = [product.vendor, product.name, product.version, detectors[0] ?? 'none', event.title];
  const extension: readonly CefField[] = [
    ['rt', event.time],
    ['start', alert.since],
    ['end', alert.returnedAt],
    ['externalId', alert.id],
    ['act', event.kind],
    ['outcome', event.lifecycle],
    ['cat', alert.network === true ? 'network' : 'process'],
    ['msg', event.sentence],
    // `src` takes an IP address and nothing else
    ['src', [...clients, ...incidentClients].find((client) => isIP(client) !== 0)],
    ['dhost', device],
    // pseudonyms of addresses are none
    ['dst', isIP(place?.address ?? '') === 0 ? undefined : place?.address],
    ['dpt', place?.port],
    ['suser', by.user],
    ['spriv', by.role],
    ['request', link],
    ['reason', note],
    ['deviceFacility', areas.join(' ')],
    ['destinationServiceName', alert.equipment],
    ...labelled('cs1', 'tags', alert.tags.join(' ')),
    ...labelled('cs2', 'techniques', techniquesOf(event)),
    ...labelled('cs3', 'certainty', event.certainty),
    ...labelled('cs4', 'incident', alert.incident),
    ...labelled('cs5', 'clients', [...clients, ...incidentClients.map((client) => `${client} (${inferred})`)].join(' ')),
    ...labelled('cs6', 'operator response', alert.response),
    ...labelled('flexString1', 'delivery', event.id),
    ...labelled('flexString2', 'site', place?.site ?? ''),
    ...(Number.isFinite(event.score) ? labelled('cfp1', 'score', Number(event.score.toPrecision(4))) : []),
  ];
  return cefLine(header, severityOf[alert.priority], extension);
}

/** A key of the extension with its value; one without a value is omitted. */
export type CefField = readonly [key: string, value: string | number | undefined];

/** The only place where a text becomes a part of a line. @param header vendor, product, version, signature and name */
export function cefLine(header: readonly string[], severity: number, extension: readonly CefField[]): string {
  const pairs = extension.flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${escaped(String(value))}`],
  );
  return `CEF:0|${header.map(escapedHeader).join('|')}|${severity}|${pairs.join(' ')}`;
}

export const labelled = (key: string, label: string, value: string | number) =>
  value === ''
    ? []
    : ([
        [`${key}Label`, label],
        [key, value],
      ] as const);

/** `T1692.001 (ATT&CK for ICS v19, seen)`, each technique with its version and whether its use was observed. */
const techniquesOf = ({ alert }: SecurityEvent): string =>
  alert.techniques.map(({ id, version, certainty }) => `${id} (ATT&CK for ICS v${version}, ${certainty})`).join('; ');

const escapedHeader = (text: string): string => oneLine(text).replaceAll(/[\\|]/g, String.raw`\$&`);

/** A value that contains `word=` would begin another field in simple parsers, so each `=` is escaped. */
const escaped = (text: string): string =>
  text
    .slice(0, longest)
    .split('\n')
    .map((line) => line.split('\r').map(escapedLine).join(String.raw`\r`))
    .join(String.raw`\n`);

const escapedLine = (line: string): string => oneLine(line).replaceAll(/[\\=]/g, String.raw`\$&`);
