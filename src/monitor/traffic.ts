import type { Span, Traffic, TrafficRecord } from '../core/traffic.ts';
import { type EventLine, readEventLog } from '../storage/event-log/index.ts';

/**
 * Events of the network in some spans of time, from the event log. Damaged parts of the log are omitted: the monitor has reported them.
 * @param dir folder of the log
 * @param limit most records
 */
export async function readTraffic(dir: string, spans: readonly Span[], limit: number, signal: AbortSignal): Promise<Traffic> {
  if (spans.length === 0) return { records: [], more: false };
  const whole = { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
  const records: TrafficRecord[] = [];
  for await (const line of readEventLog(dir, whole, signal, () => {})) {
    if (line.kind !== 'event' || !line.event.type.startsWith('wire-')) continue;
    const record = recordOf(line);
    if (!spans.some(({ from, to }) => record.time >= from && record.time < to)) continue;
    if (records.length === limit) return { records, more: true };
    records.push(record);
  }
  return { records, more: false };
}

function recordOf({ event }: EventLine): TrafficRecord {
  const { type, time, ends, operation, ...more } = event as EventLine['event'] & {
    readonly ends?: Partial<Record<'client' | 'server' | 'device', string>> & { readonly port?: number };
    readonly operation?: string;
  };
  const { client = '', server = '', port = 0, device } = ends ?? {};
  return { time, kind: type, client, server, port, device, operation: operation ?? '', text: textOf(type, more) };
}

/** Content of an event by its kind. A kind of a later version has its properties as they are. */
function textOf(kind: string, more: Readonly<Record<string, unknown>>): string {
  const of = (name: string): string => (more[name] === undefined ? '' : String(more[name]));
  switch (kind) {
    case 'wire-write': {
      const target = more['tag'] === undefined ? of('target') : `${of('tag')} (${of('target')})`;
      const before = more['before'] === undefined ? '' : `${of('before')} → `;
      const refused = more['accepted'] === false ? ', refused by the device' : '';
      return `${target}: ${before}${of('after')}${refused}`;
    }
    case 'wire-traffic':
      return `${of('packets')} packets, ${of('requests')} requests, ${of('exceptions')} exceptions`;
    case 'wire-connection':
      return of('state');
    case 'wire-session':
      return [of('policy'), of('mode'), of('token'), of('user'), of('certificate')].filter((one) => one !== '').join(', ');
    case 'wire-fault':
      return `${of('fault')}: ${of('detail')}`;
    case 'wire-scan':
      return `${of('count')} ${of('what')}: ${of('detail')}`;
    case 'wire-loss':
      return `${of('dropped')} packets dropped by ${of('tap')}`;
    default:
      return JSON.stringify(more);
  }
}
