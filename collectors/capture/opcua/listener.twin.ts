import type { DeviceEndpoint } from '../../../src/core/collector.ts';
import { type Tag, TagTable } from '../../../src/core/tag.ts';
import type { PacketStamp, Side, StreamDecoder, WireMessage, WireReport } from '../decoder.ts';
import { ReadingPace } from '../reading-pace.ts';
import { opcuaPoints, opcuaStream } from './index.ts';

type Told<K extends keyof WireReport> = Parameters<WireReport[K]>[0];

/** A decoder on one connection, and its recorded output. */
export interface Listener {
  readonly decoder: StreamDecoder;
  readonly messages: WireMessage[];
  readonly writes: Told<'write'>[];
  readonly readings: Told<'answered'>[];
  readonly sessions: Told<'session'>[];
  readonly faults: Told<'fault'>[];
  /** Passes bytes of a side to the decoder; each call is a packet one millisecond after the last. */
  readonly say: (from: Side, ...parts: readonly Buffer[]) => void;
  readonly now: () => PacketStamp;
  /** Advances stream time. */
  readonly wait: (ms: number) => void;
}

const tag = (name: string, address: unknown): Tag => ({
  name,
  description: name,
  short: name,
  area: 'A',
  equipment: 'E',
  device: 'ua1',
  kind: 'analog',
  role: 'setpoint',
  unit: '',
  decimals: 1,
  scanMs: 1_000,
  address,
});
const devices: readonly DeviceEndpoint[] = [{ name: 'ua1', type: 'opcua', config: {} }];

/** One `opcuaStream` over tags with the given addresses; returns a function that opens a connection. */
export function listening(...addresses: unknown[]): () => Listener {
  const tags = new TagTable(addresses.map((address, index) => tag(`T${index}`, address)));
  const stream = opcuaStream(opcuaPoints(tags, devices), new ReadingPace(tags));
  return () => {
    const messages: WireMessage[] = [];
    const writes: Told<'write'>[] = [];
    const readings: Told<'answered'>[] = [];
    const sessions: Told<'session'>[] = [];
    const faults: Told<'fault'>[] = [];
    const report: WireReport = {
      message: (message) => messages.push(message),
      write: (write) => writes.push(write),
      answered: (values) => readings.push(values),
      session: (session) => sessions.push(session),
      fault: (fault) => faults.push(fault),
    };
    const ends = { client: '10.0.0.1', server: '10.0.0.2', port: 4840, protocol: 'opcua', device: 'ua1' } as const;
    const decoder = stream.create({ ends, report });
    let [number, waited] = [0, 0];
    const now = (): PacketStamp => ({ time: 1_000_000 + number + waited, number });
    const wait = (ms: number): void => {
      waited += ms;
    };
    const say = (from: Side, ...parts: readonly Buffer[]): void => {
      number++;
      // Copied because the buffer is only valid during the call.
      const bytes = Buffer.concat(parts);
      decoder.data(from, bytes, now());
      bytes.fill(0xee);
    };
    return { decoder, messages, writes, readings, sessions, faults, say, now, wait };
  };
}
