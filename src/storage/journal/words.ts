import { formatDuration } from '../../core/format.ts';
import type { Event } from '../../core/observation.ts';
import type { WireEnds, WireTrafficEvent, WireWriteEvent } from '../../core/wire.ts';

/**
 * Text of an event in one line, and its device; undefined for events that are not listed: ticks, health, ordinary traffic.
 * @param nameOf the name of a tag by its index
 */
export function describeEvent(
  event: Event,
  nameOf: (tag: number) => string,
): { readonly device: string; readonly text: string } | undefined {
  switch (event.type) {
    case 'tick':
    case 'canary':
    case 'calibration':
    case 'device-health':
      return undefined;
    case 'device':
      return { device: event.device, text: `${event.state}: ${event.reason}` };
    case 'poll-failed':
      return { device: event.device, text: event.message };
    case 'identity':
      return { device: event.device, text: identityText(event.identity, event.previous) };
    case 'posture':
      return { device: event.device, text: event.text };
    case 'device-alarm': {
      const state = `${event.active ? 'active' : 'normal'}${event.acknowledged ? ', acknowledged' : ''}`;
      return {
        device: event.device,
        text: `${event.source} ${event.condition}: ${state}, severity ${event.severity}, ${event.message}`,
      };
    }
    case 'clock':
      return event.device === undefined
        ? {
            device: 'monitor',
            text: `the clock of the monitor was set ${direction(event.offsetMs)} by ${formatDuration(Math.abs(event.offsetMs))}`,
          }
        : {
            device: event.device,
            text:
              event.offsetMs === 0
                ? 'its clock agrees with the monitor again'
                : `its clock is ${formatDuration(Math.abs(event.offsetMs))} ${event.offsetMs > 0 ? 'ahead of' : 'behind'} the monitor`,
          };
    case 'punctuality':
      // a lab that changes its speed changes the tolerance, which is not listed
      return event.lateMs > 0 ? { device: 'monitor', text: `monitor late: ${event.cause}` } : undefined;
    case 'maintenance':
      return { device: 'monitor', text: event.text };
    case 'reference':
      return { device: 'monitor', text: referenceText(event) };
    case 'late-samples':
      return { device: event.device, text: 'source times run back: the samples are judged at the time of their receipt' };
    case 'source-times':
      return {
        device: event.device,
        text: `${event.count} ${event.count === 1 ? 'sample has a source time' : 'samples have source times'} outside of the accepted window: stored under the receive time`,
      };
    case 'dropped':
      return { device: 'monitor', text: `${event.count} dropped: ${event.queue}` };
    case 'wire-traffic':
      return event.first && event.operation !== '' ? onWire(event, `first ${operationOf(event)}`) : undefined;
    case 'wire-connection':
      return onWire(event, `connection ${event.state}`);
    case 'wire-write':
      return onWire(event, writeText(event, nameOf));
    case 'wire-readings':
      return undefined;
    case 'wire-session':
      return onWire(
        event,
        `session: policy ${event.policy || 'not seen'}, mode ${event.mode || 'not seen'}, token ${event.token || 'not seen'}${event.applicationUri === '' ? '' : `, ${event.applicationUri}`}`,
      );
    case 'wire-fault':
      return onWire(event, `${event.fault}${event.operation === '' ? '' : ` ${event.operation}`}: ${event.detail}`);
    case 'wire-scan':
      return onWire(event, `scans ${event.count} ${event.what}: ${event.detail}`);
    case 'wire-address': {
      const { before, address, ends, tap } = event;
      // each host has a first one
      if (before === undefined) return undefined;
      return { device: ends.device ?? tap, text: `${ends.client}: hardware address ${before} → ${address}` };
    }
    case 'wire-loss':
      return { device: event.tap, text: `${event.dropped} packets lost` };
  }
}

const referenceText = ({ version, values }: Extract<Event, { type: 'reference' }>): string =>
  values.length === 0 ? 'no reference set in force' : `reference set version ${version} in force: ${values.length} values`;

const direction = (ms: number): string => (ms > 0 ? 'forward' : 'back');

function identityText(
  identity: Readonly<Record<string, string>>,
  previous: Readonly<Record<string, string>> | undefined,
): string {
  if (previous === undefined) return `identity: ${Object.values(identity).filter(Boolean).join(', ')}`;
  const changes = [...new Set([...Object.keys(previous), ...Object.keys(identity)])]
    .filter((key) => previous[key] !== identity[key])
    .map((key) => `${key} ${previous[key] ?? 'none'} → ${identity[key] ?? 'none'}`);
  return `identity changed: ${changes.join(', ')}`;
}

const endsText = ({ client, server, port }: WireEnds): string => `${client} → ${server}${port === 0 ? '' : `:${port}`}`;

const onWire = ({ ends, tap }: { readonly ends: WireEnds; readonly tap: string }, text: string) => ({
  device: ends.device ?? tap,
  text: `${endsText(ends)}: ${text}`,
});

const operationOf = ({ operation, unit }: WireTrafficEvent): string =>
  `${operation}${unit === undefined ? '' : ` to unit ${unit}`}`;

function writeText({ operation, tag, target, before, after, accepted }: WireWriteEvent, nameOf: (tag: number) => string): string {
  const where = tag === undefined ? target : `${nameOf(tag)} (${target})`;
  const answer = accepted === undefined ? 'no answer seen' : accepted ? 'accepted' : 'refused';
  return `${operation} ${where}: ${before ?? 'unknown'} → ${after}, ${answer}`;
}
