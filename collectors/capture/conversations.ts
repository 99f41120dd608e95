import type { WireEnds } from '../../src/core/wire.ts';
import type { Side } from './decoder.ts';
import type { AddressBook } from './ends.ts';
import { Lru } from '../../src/core/lru.ts';
import { addressText } from './packet/addresses.ts';
import type { Packet } from './packet/packet.ts';

const firstUserPort = 1_024;
const icmpAnswers: ReadonlySet<number> = new Set([0, 3, 4, 11, 12, 14, 1, 2, 129]);
const arpReply = 2;
const nowhere: WireEnds = { client: 'unknown', server: 'unknown', port: 0, protocol: 'other' };

/** Conversations without a connection, by addresses, ports and kind of packet. Bounded; evicts the least recently used. */
export class Conversations {
  readonly #book: AddressBook;
  readonly #known: Lru<string, { readonly ends: WireEnds; readonly client: string }>;

  constructor(book: AddressBook, most: number) {
    this.#book = book;
    this.#known = new Lru(most);
  }

  /** Number of conversations evicted because the table was full. */
  get evicted(): number {
    return this.#known.evicted;
  }

  /** Ends of the conversation and the side that sent the packet. A known conversation always returns the same `ends` object. */
  of(packet: Packet): { readonly ends: WireEnds; readonly from: Side } {
    const { bytes, addressesAt, addressBytes, addressesReversed } = packet;
    if (addressBytes === 0) return { ends: nowhere, from: 'client' };
    const first = addressText(bytes, addressesAt, addressBytes);
    const second = addressText(bytes, addressesAt + addressBytes, addressBytes);
    const [source, destination] = addressesReversed ? [second, first] : [first, second];
    const [from, to] = [`${source}|${packet.sourcePort}`, `${destination}|${packet.destinationPort}`];
    const key = from < to ? `${packet.kind}|${from}|${to}` : `${packet.kind}|${to}|${from}`;
    const { ends, client } = this.#known.obtain(key, () => this.#begin(packet, source, destination));
    return { ends, from: client === from ? 'client' : 'server' };
  }

  #begin(packet: Packet, source: string, destination: string): { ends: WireEnds; client: string } {
    const { kind, sourcePort, destinationPort } = packet;
    const isFromClient = this.#isFromClient(packet, source, destination);
    const [client, server, port] = isFromClient ? [source, destination, destinationPort] : [destination, source, sourcePort];
    const device = this.#book.at(server, port)?.device;
    const ends: WireEnds = { client, server, port, protocol: kind, device };
    return { ends, client: `${client}|${isFromClient ? sourcePort : destinationPort}` };
  }

  /** True if the sender is the client: by the kind of message, else by the port, else because it was seen first. */
  #isFromClient({ kind, code, sourcePort, destinationPort }: Packet, source: string, destination: string): boolean {
    if (kind === 'arp') return code !== arpReply;
    if (kind === 'icmp') return !icmpAnswers.has(code);
    if (this.#book.at(destination, destinationPort) !== undefined) return true;
    if (this.#book.at(source, sourcePort) !== undefined) return false;
    return !(sourcePort < firstUserPort && destinationPort >= firstUserPort);
  }
}
