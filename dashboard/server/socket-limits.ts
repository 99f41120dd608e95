import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientAddresses, networkOf } from './client-address.ts';

export interface SocketLimitNumbers {
  readonly total: number;
  readonly perAddress: number;
  readonly perUser: number;
}

const defaults: SocketLimitNumbers = { total: 1024, perAddress: 128, perUser: 64 };
/** A page has a websocket, and up to six connections for requests, most of which are idle and closed soon. */
const perPage = 2.5;

/** Limits of sockets that do not keep the configured numbers of pages from opening. */
export function socketLimitsFor(pages: SocketLimitNumbers): SocketLimitNumbers {
  const enough = (of: keyof SocketLimitNumbers): number => Math.max(defaults[of], Math.ceil(perPage * pages[of]));
  return { total: enough('total'), perAddress: enough('perAddress'), perUser: enough('perUser') };
}

interface Entry {
  readonly key: string;
  readonly socket: Socket;
  readonly network: string;
  user?: string | undefined;
}

/**
 * Limits the open sockets of one address, of one user and in total. Beyond a limit, a new socket replaces the oldest one
 * without a session (of the same address, if its limit is reached), so that silent sockets never block users.
 */
export class SocketLimits {
  readonly #numbers: SocketLimitNumbers;
  readonly #addresses: ClientAddresses;
  readonly #open = new Map<string, Entry>();
  /** Without a session yet, oldest first. */
  readonly #unproven = new Set<Entry>();

  constructor(server: Server, addresses: ClientAddresses, numbers: SocketLimitNumbers = defaults) {
    this.#numbers = numbers;
    this.#addresses = addresses;
    // emitted with TLS too, before the handshake
    server.on('connection', (socket: Socket) => this.#add(socket));
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Records that a signed-in user uses this socket. False if the user has reached the limit: the socket must then be closed
   * after its answer.
   */
  prove(socket: Socket, user: string): boolean {
    const entry = this.#open.get(keyOf(socket));
    if (entry === undefined) return true;
    this.#unproven.delete(entry);
    // sockets of a proxy carry requests of many users
    if (this.#addresses.isProxy(socket.remoteAddress ?? '') || entry.user === user) return true;
    if (this.#count((other) => other.user === user) >= this.#numbers.perUser) return false;
    entry.user = user;
    return true;
  }

  #add(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const network = networkOf(address);
    const isOwn = (other: Entry): boolean => other.network === network;
    const isGreedy = !this.#addresses.isProxy(address) && this.#count(isOwn) >= this.#numbers.perAddress;
    const isFull = this.#open.size >= this.#numbers.total;
    if ((isGreedy && !this.#evict(isOwn)) || (isFull && !isGreedy && !this.#evict(() => true))) {
      socket.destroy();
      return;
    }
    const entry: Entry = { key: keyOf(socket), socket, network };
    this.#open.set(entry.key, entry);
    this.#unproven.add(entry);
    socket.once('close', () => this.#forget(entry));
  }

  #evict(matches: (entry: Entry) => boolean): boolean {
    for (const entry of this.#unproven) {
      if (!matches(entry)) continue;
      this.#forget(entry);
      entry.socket.destroy();
      return true;
    }
    return false;
  }

  #forget(entry: Entry): void {
    this.#unproven.delete(entry);
    if (this.#open.get(entry.key) === entry) this.#open.delete(entry.key);
  }

  #count(matches: (entry: Entry) => boolean): number {
    let count = 0;
    for (const entry of this.#open.values()) if (matches(entry)) count++;
    return count;
  }
}

/** Key of a socket, equal for a TLS socket and the socket below it. */
const keyOf = (socket: Socket): string => `${socket.remoteAddress ?? ''} ${socket.remotePort ?? ''}`;
