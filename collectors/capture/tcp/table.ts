import type { WireEnds } from '../../../src/core/wire.ts';
import type { PacketStamp, Side, StreamProtocol } from '../decoder.ts';
import type { AddressBook } from '../ends.ts';
import type { TrafficMeter } from '../meter/index.ts';
import { addressText } from '../packet/addresses.ts';
import { type Packet, tcpFlag } from '../packet/packet.ts';
import { TcpConnection } from './connection.ts';
import type { Reassembly } from './reassembly.ts';

/** Lower ports are assigned to servers (RFC 6335). */
const firstUserPort = 1_024;

interface Flow {
  readonly connection: TcpConnection;
  /** Sender in this direction. */
  readonly side: Side;
}

export interface TableOptions {
  readonly meter: TrafficMeter;
  readonly shared: Reassembly;
  readonly protocols: readonly StreamProtocol[];
  readonly book: AddressBook;
  /** Maximum number of connections. */
  readonly most: number;
}

/**
 * Connections that a tap follows. At the limit the one that was not used for longest is evicted ("second chance"), so that a
 * flood of openings evicts its own connections before those in use.
 */
export class TcpTable {
  readonly #use: TableOptions;
  readonly #ports: ReadonlySet<number>;
  readonly #flows = new Map<string, Flow>();
  readonly #connections = new Set<TcpConnection>();
  /** Number of connections evicted because the table was full. */
  evicted = 0;

  constructor(options: TableOptions) {
    this.#use = options;
    this.#ports = new Set(options.protocols.flatMap(({ ports }) => ports));
  }

  get size(): number {
    return this.#connections.size;
  }

  /** @param wireBytes length of the whole frame */
  take(packet: Packet, wireBytes: number, at: PacketStamp): void {
    const { meter } = this.#use;
    const key = keyOf(packet);
    let flow = this.#flows.get(key);
    if (flow?.connection.isOther(flow.side, packet) === true) {
      this.#remove(flow.connection, at);
      flow = undefined;
    }
    if (flow === undefined) flow = this.#begin(packet, key, at);
    else flow.connection.used = true;
    const { connection, side } = flow;
    const wasSettled = connection.settled;
    if (wasSettled) meter.packet(connection.ends, side, wireBytes, at);
    const change = connection.take(side, packet, at);
    if (!wasSettled) {
      meter.packet(connection.ends, side, wireBytes, at);
      connection.settle();
    }
    if (connection.over) connection.end(at);
    if (change !== undefined) meter.connection(connection.ends, change, at);
  }

  /** Ends all connections at the end of the capture. */
  end(at: PacketStamp): void {
    for (const connection of this.#connections) connection.end(at);
    this.#connections.clear();
    this.#flows.clear();
  }

  #begin(packet: Packet, key: string, at: PacketStamp): Flow {
    this.#makeRoom(at);
    const { bytes, addressesAt, addressBytes, sourcePort, destinationPort } = packet;
    const size = addressBytes === 16 ? 16 : 4;
    const source = addressText(bytes, addressesAt, size);
    const destination = addressText(bytes, addressesAt + size, size);
    const byClient = this.#isFromClient(packet, source, destination);
    const [client, server, port] = byClient ? [source, destination, destinationPort] : [destination, source, sourcePort];
    const known = this.#use.book.at(server, port);
    const ends: WireEnds = { client, server, port, protocol: 'tcp', device: known?.device };
    const expected = ({ protocol, ports }: StreamProtocol): boolean => ports.includes(port) || known?.type === protocol;
    const back = keyBack(packet);
    const beginning = packet.has(tcpFlag.syn) ? 'opening' : 'midst';
    const connection = new TcpConnection(ends, [key, back], beginning, { ...this.#use, expected, known });
    const side = byClient ? 'client' : 'server';
    const flow: Flow = { connection, side };
    this.#connections.add(connection);
    this.#flows.set(back, { connection, side: byClient ? 'server' : 'client' });
    this.#flows.set(key, flow);
    return flow;
  }

  /** True for the client: by the opening, else by the port, else because it was seen first. */
  #isFromClient(packet: Packet, source: string, destination: string): boolean {
    const { sourcePort, destinationPort } = packet;
    if (packet.has(tcpFlag.syn)) return !packet.has(tcpFlag.acknowledge);
    const fromKnown = this.#ports.has(sourcePort) || this.#use.book.at(source, sourcePort) !== undefined;
    const toKnown = this.#ports.has(destinationPort) || this.#use.book.at(destination, destinationPort) !== undefined;
    if (fromKnown !== toKnown) return toKnown;
    return !(sourcePort < firstUserPort && destinationPort >= firstUserPort);
  }

  #makeRoom(at: PacketStamp): void {
    if (this.#connections.size < this.#use.most) return;
    for (const connection of this.#connections) {
      if (!connection.used) {
        this.evicted++;
        this.#remove(connection, at);
        return;
      }
      connection.used = false;
      this.#connections.delete(connection);
      this.#connections.add(connection);
    }
  }

  #remove(connection: TcpConnection, at: PacketStamp): void {
    connection.end(at);
    this.#connections.delete(connection);
    for (const key of connection.keys) this.#flows.delete(key);
  }
}

/** Addresses and ports of one direction, in the order of the packet. */
function keyOf({ bytes, addressesAt, addressBytes, sourcePort, destinationPort }: Packet): string {
  const end = addressesAt + 2 * addressBytes;
  return `${bytes.toString('latin1', addressesAt, end)}${String.fromCharCode(sourcePort, destinationPort)}`;
}

/** Addresses and ports of the opposite direction. */
function keyBack({ bytes, addressesAt, addressBytes, sourcePort, destinationPort }: Packet): string {
  const middle = addressesAt + addressBytes;
  const addresses = bytes.toString('latin1', middle, middle + addressBytes) + bytes.toString('latin1', addressesAt, middle);
  return `${addresses}${String.fromCharCode(destinationPort, sourcePort)}`;
}
