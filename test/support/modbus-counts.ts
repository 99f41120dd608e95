import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readCapture } from '../../collectors/capture/index.ts';
import { TagTable } from '../../src/core/tag.ts';

const run = promisify(execFile);

/** Number of Modbus messages of a capture by kind, e.g. `request unit 1 FC3`, and `exceptions`. */
export type ModbusCounts = ReadonlyMap<string, number>;

const count = (counts: Map<string, number>, key: string, amount = 1): void => {
  if (amount > 0) counts.set(key, (counts.get(key) ?? 0) + amount);
};

const sorted = (counts: ReadonlyMap<string, number>): ModbusCounts =>
  new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** Captures for which tshark gives other counts than the tap, with the reasons. */
export const otherByTshark: Readonly<
  Record<string, { readonly patient: boolean; readonly decodes: boolean; readonly why: string }>
> = {
  'fuzz-1011.pcap': {
    patient: false,
    decodes: true,
    why: 'bytes are missing that never come: tshark would wait for them, the tap goes on behind the gap',
  },
  'fuzz-72.pcap': {
    patient: false,
    decodes: false,
    why: 'its first packet is a SYN from port 502 that was damaged: tshark takes 2582 for the port of the server and decodes nothing',
  },
};

/** Counts of the tap. */
export async function countsByTap(path: string, signal: AbortSignal): Promise<ModbusCounts> {
  const counts = new Map<string, number>();
  const options = { tap: 'counts', tags: new TagTable([]), devices: [], periodMs: 60_000 };
  for await (const { events } of readCapture(path, options, signal)) {
    for (const event of events) {
      if (event.type !== 'wire-traffic' || event.ends.protocol !== 'modbus' || event.operation === '') continue;
      const what = `unit ${event.unit} ${event.operation.split('/')[0]}`;
      count(counts, `request ${what}`, event.requests);
      count(counts, `response ${what}`, event.responses);
      count(counts, 'exceptions', event.exceptions);
    }
  }
  return sorted(counts);
}

/**
 * Counts of tshark, which decodes across segments. Packets from port 502 count as responses.
 * @param patient false to decode each segment alone: tshark waits forever for bytes that are missing from the capture
 */
export async function countsByTshark(tshark: string, path: string, patient = true): Promise<ModbusCounts> {
  const fields = ['tcp.srcport', 'mbtcp.unit_id', 'modbus.func_code', 'modbus.exception_code'].flatMap((field) => ['-e', field]);
  const order = ['-o', `tcp.reassemble_out_of_order:${patient ? 'TRUE' : 'FALSE'}`];
  const args = ['-n', '-r', path, ...order, '-Y', 'mbtcp', '-T', 'fields', ...fields];
  const { stdout } = await run(tshark, args, { maxBuffer: 256 << 20 });
  const counts = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    const [port = '', units = '', codes = '', exceptions = ''] = line.split('\t');
    if (units === '') continue;
    const kind = port === '502' ? 'response' : 'request';
    const unitList = units.split(',');
    codes.split(',').forEach((code, i) => count(counts, `${kind} unit ${unitList[i]} FC${code}`));
    count(counts, 'exceptions', exceptions === '' ? 0 : exceptions.split(',').length);
  }
  return sorted(counts);
}
