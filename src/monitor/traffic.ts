import type { Traffic, TrafficQuery, TrafficRecord } from '../core/traffic.ts';
import { type EventLine, readEventLog } from '../storage/event-log/index.ts';

/** Kinds of events that every poll of a client causes. */
const usualKinds: ReadonlySet<string> = new Set(['wire-traffic', 'wire-readings']);

/**
 * Events of the network in some spans of time, from the event log. Reports of the usual traffic of other clients make room for all else.
 * Damaged parts of the log are omitted: the monitor has reported them.
 * @param dir folder of the log
 */
export async function readTraffic(dir: string, { spans, clients, limit }: TrafficQuery, signal: AbortSignal): Promise<Traffic> {
  if (spans.length === 0) return { records: [], more: false };
  const whole = { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
  const wanted: TrafficRecord[] = [];
  const usual: TrafficRecord[] = [];
  let count = 0;
  for await (const line of readEventLog(dir, whole, signal, () => {})) {
    if (line.kind !== 'event' || !line.event.type.startsWith('wire-')) continue;
    const record = trafficOf(line);
    if (!spans.some(({ from, to }) => record.time >= from && record.time < to)) continue;
    count++;
    const isUsual = usualKinds.has(record.kind) && !clients.includes(record.client);
    const list = isUsual ? usual : wanted;
    if (list.length < limit) list.push(record);
  }
  const records = [...wanted, ...usual.slice(0, limit - wanted.length)].sort((a, b) => a.time - b.time);
  return { records, more: count > records.length };
}

/** An event of the network with its content as text. */
export function trafficOf({ event }: EventLine): TrafficRecord {
  const { type, time, ends, operation, ...more } = event as EventLine['event'] & {
    readonly ends?: Partial<Record<'client' | 'server' | 'device', string>> & { readonly port?: number };
    readonly operation?: string;
  };
  const { client = '', server = '', port = 0, device } = ends ?? {};
  return { time, kind: type, client, server, port, device, operation: operation ?? '', text: textOf(type, more) };
}

/** Content of an event by its kind. A kind of a later version has its properties as they are. */
function textOf(kind: string, more: Readonly<Record<string, unknown>>): string {
  const of = (name: string): string => {
    const value = more[name];
    if (value === undefined) return '';
    return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  };
  switch (kind) {
    case 'wire-write': {
      const target = more['tag'] === undefined ? of('target') : `${of('tag')} (${of('target')})`;
      const before = more['before'] === undefined ? '' : `${of('before')} → `;
      const refused = more['accepted'] === false ? ', refused by the device' : '';
      return `${target}: ${before}${of('after')}${refused}`;
    }
    case 'wire-traffic':
      return `packets ${of('packets')}, requests ${of('requests')}, exceptions ${of('exceptions')}`;
    case 'wire-readings': {
      const readings = Array.isArray(more['readings']) ? (more['readings'] as readonly { tag: string; value: number }[]) : [];
      const [first] = readings;
      const others = readings.length > 1 ? ` and ${readings.length - 1} more` : '';
      return first === undefined ? 'values' : `${first.tag} ${first.value}${others}`;
    }
    case 'wire-connection':
      return of('state');
    case 'wire-session':
      return [of('policy'), of('mode'), of('token'), of('user'), of('certificate')].filter((one) => one !== '').join(', ');
    case 'wire-fault':
      return `${of('fault')}: ${of('detail')}`;
    case 'wire-scan':
      return `${of('count')} ${of('what')}: ${of('detail')}`;
    case 'wire-address':
      return more['before'] === undefined ? of('address') : `${of('before')} → ${of('address')}`;
    case 'wire-loss':
      return `${of('dropped')} packets dropped by ${of('tap')}`;
    default:
      return JSON.stringify(more);
  }
}
