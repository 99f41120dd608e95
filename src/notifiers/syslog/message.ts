import type { Priority } from '../../core/alert.ts';
import type { Canary } from '../../core/notifier.ts';
import type { SecurityRecord } from '../../core/security-record.ts';
import { canaryDelivery } from '../../notifier-kit/delivery.ts';
import { formats, recordFormats, type SecurityEvent } from '../../siem/index.ts';

/** Severities of RFC 5424 by priority: critical, error, warning, notice. An event of a resolved alert is informational. */
const severities: Readonly<Record<Priority, number>> = { 1: 2, 2: 3, 3: 4, A: 5 };
const informational = 6;

/** Sender of a message. */
export interface Sender {
  readonly facility: number;
  readonly hostname: string;
  readonly processId: number;
}

/**
 * A message of RFC 5424: `<PRI>1 TIME HOST APP PROCID MSGID SD MSG`. The message id is the kind of the change. The text has no byte order
 * mark (MSG-ANY), since readers of JSON and CEF refuse one.
 */
export function messageOf(event: SecurityEvent, format: keyof typeof formats, sender: Sender): string {
  const severity = event.lifecycle === 'resolved' ? informational : severities[event.alert.priority];
  return `${headOf(event.time, event.kind, severity, sender)} ${formats[format](event)}`;
}

/** A record, informational, with its stream as the message id. */
export const recordMessageOf = (record: SecurityRecord, format: keyof typeof recordFormats, sender: Sender): string =>
  `${headOf(record.time, record.stream, informational, sender)} ${recordFormats[format](record)}`;

/** A canary with the message id `canary`: no event, so it is JSON in every format. */
export const canaryMessageOf = (canary: Canary, sender: Sender): string =>
  `${headOf(canary.time, 'canary', informational, sender)} ${canaryDelivery(canary).body}`;

function headOf(time: number, id: string, severity: number, { facility, hostname, processId }: Sender): string {
  const at = new Date(time).toISOString();
  return `<${8 * facility + severity}>1 ${at} ${printable(hostname, 255)} scadawatch ${processId} ${id} -`;
}

/** A name as RFC 5424 allows it: ASCII without spaces, `-` if nothing is left. */
const printable = (name: string, longest: number): string => name.replaceAll(/[^\x21-\x7e]/g, '').slice(0, longest) || '-';
