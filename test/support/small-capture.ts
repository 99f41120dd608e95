import { pcapHeader, pcapRecord, type End, TcpFlag, tcpFrame } from '../../simulators/servers/tap/frames.ts';
import { answer, ask, words } from './modbus-wire.ts';

/** Number of packets of one poll: handshake, request, response, end. */
export const packetsPerPoll = 8;

const server: End = { address: '10.0.0.11', port: 502 };
const none: Buffer = Buffer.alloc(0);

const framed = (pdu: Buffer): Buffer => Buffer.concat([words(1, 0, pdu.length + 1), Buffer.from([1]), pdu]);

/** One connection with one request and its answer, as packets. */
function conversation(timeMs: number, address: string, port: number, request: Buffer, response: Buffer): Buffer {
  const client: End = { address, port };
  const next = { client: 1_000, server: 5_000 };
  const packets: Buffer[] = [];
  const send = (from: 'client' | 'server', flags: number, payload: Buffer = none): void => {
    const [source, target] = from === 'client' ? [client, server] : [server, client];
    const acknowledged = next[from === 'client' ? 'server' : 'client'];
    const segment = { sequence: next[from], acknowledged: flags & TcpFlag.ack ? acknowledged : 0, flags, payload };
    next[from] += payload.length + (flags & (TcpFlag.syn | TcpFlag.fin) ? 1 : 0);
    packets.push(pcapRecord(timeMs + packets.length, tcpFrame(source, target, segment)));
  };
  send('client', TcpFlag.syn);
  send('server', TcpFlag.syn | TcpFlag.ack);
  send('client', TcpFlag.ack);
  send('client', TcpFlag.psh | TcpFlag.ack, framed(request));
  send('server', TcpFlag.psh | TcpFlag.ack, framed(response));
  send('client', TcpFlag.fin | TcpFlag.ack);
  send('server', TcpFlag.fin | TcpFlag.ack);
  send('client', TcpFlag.ack);
  return Buffer.concat(packets);
}

/** One connection with one read of registers, as packets. */
export const poll = (timeMs: number, address: string, port: number, code: 3 | 4 = 3): Buffer =>
  conversation(timeMs, address, port, ask.read(code, 0, 2), answer.registers(code, [7, 8]));

/** One connection with one write of a holding register, as packets. */
export const write = (timeMs: number, address: string, port: number, register: number, value: number): Buffer =>
  conversation(timeMs, address, port, ask.register(register, value), ask.register(register, value));

export const capture = (...packets: readonly Buffer[]): Buffer => Buffer.concat([pcapHeader(), ...packets]);

/** A master that polls every five seconds, with a connection for each poll. */
export const polling = (count: number, from: number, address = '10.0.0.5'): Buffer[] =>
  Array.from({ length: count }, (_, i) => poll(from + 5_000 * i, address, 40_000 + i));
