import type { Clock } from '../core/clock.ts';
import type { RecordedTraffic, RecordSource, SecurityRecord } from '../core/security-record.ts';
import { oneLine } from '../core/texts.ts';
import type { WireEnds } from '../core/wire.ts';
import { endOfLog, type EventLine, type LogPosition, parseLine, readAfter } from '../storage/event-log/index.ts';
import { trafficOf } from './traffic.ts';

export interface NetworkSourceOptions {
  /** Folder of the event log. */
  readonly dir: string;
  readonly site: string;
  /** Machine's clock, for the time of a gap. */
  readonly clock: Pick<Clock, 'now'>;
}

/** Events of devices that security tools receive; those of the network all begin with `wire-`. */
const ofDevices: ReadonlySet<string> = new Set(['device', 'device-health', 'poll-failed', 'identity', 'posture', 'device-alarm']);

/** Events of devices and the network, from the event log; a position is a file of the log and a place in it. */
export function networkSource({ dir, site, clock }: NetworkSourceOptions): RecordSource {
  return {
    stream: 'network',
    end: async () => textOf(await endOfLog(dir)),
    after: async (position, limit) => {
      const records: SecurityRecord[] = [];
      let at = positionOf(position);
      while (records.length < limit) {
        const { lines, next, gap } = await readAfter(dir, at);
        if (gap !== undefined)
          records.push({ id: `event-${textOf(at)}-gap`, stream: 'network', time: clock.now(), kind: 'gap', text: gap, site });
        const from = textOf(at);
        records.push(...lines.flatMap((line, index) => recordOf(line, `event-${from}-${index}`, site)));
        if (next.file === at.file && next.byte === at.byte) break;
        at = next;
      }
      return { records, position: textOf(at) };
    },
  };
}

const textOf = ({ file, byte }: LogPosition): string => `${file}:${byte}`;

function positionOf(text: string): LogPosition {
  const [file = Number.NaN, byte = Number.NaN] = text.split(':').map(Number);
  return Number.isInteger(file) && Number.isInteger(byte) ? { file, byte } : { file: 0, byte: 0 };
}

function recordOf(text: string, id: string, site: string): readonly SecurityRecord[] {
  const line = parseLine(text);
  if (line?.kind !== 'event') return [];
  const { type, time } = line.event;
  const isOnWire = type.startsWith('wire-');
  if (!isOnWire && !ofDevices.has(type)) return [];
  const found = isOnWire ? onWire(line) : ofDevice(line);
  return [{ id, stream: 'network', time, kind: type, site, ...found, text: oneLine(found.text) }];
}

function onWire(line: EventLine): { readonly text: string; readonly traffic: RecordedTraffic } {
  const { client, server, port, device, operation, text } = trafficOf(line);
  const { ends, packets, bytes, state } = line.event as EventLine['event'] & {
    readonly ends?: Partial<WireEnds>;
    readonly packets?: number;
    readonly bytes?: number;
    readonly state?: string;
  };
  const path = client === '' ? '' : `${client} → ${server}${port === 0 ? '' : `:${port}`}: `;
  const traffic = {
    ...(client === '' ? {} : { client }),
    ...(server === '' ? {} : { server }),
    port,
    ...(ends?.protocol === undefined ? {} : { protocol: ends.protocol }),
    ...(device === undefined ? {} : { device }),
    operation,
    ...counted({ packets, bytes }),
    ...(typeof state === 'string' ? { state } : {}),
  };
  return { text: `${path}${[operation, text].filter((part) => part !== '').join(' ')}`, traffic };
}

function ofDevice({ event }: EventLine): { readonly text: string; readonly traffic: RecordedTraffic } {
  const { type: _type, time: _time, device, state, bytes, ...more } = event;
  const shown = [state, more['reason'], more['message'], more['text']].filter((part) => typeof part === 'string' && part !== '');
  const traffic = {
    ...(typeof device === 'string' ? { device } : {}),
    ...(typeof state === 'string' ? { state } : {}),
    ...counted({ bytes }),
  };
  return {
    text: `${typeof device === 'string' ? device : 'device'}: ${shown.length > 0 ? shown.join(', ') : JSON.stringify(more)}`,
    traffic,
  };
}

/** Whole numbers alone. */
const counted = (numbers: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(numbers).filter((entry): entry is [string, number] => Number.isInteger(entry[1])));
