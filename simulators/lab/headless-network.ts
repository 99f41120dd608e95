import type { Plant } from '../../src/core/plant.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { frameBytes } from '../actors/frames.ts';
import { repliesOf, usualConnections } from '../servers/modbus/index.ts';
import { MirroredConnection } from '../servers/tap/connection.ts';
import { ownHome } from './homes.ts';

/** Plant time between two packets, between a request and its reply, and from a reply to the next request, ms. */
const packetMs = 0.05;
const replyMs = 2;
const pauseMs = 3;
/** Ports of clients, in the range of RFC 6335. */
const firstPort = 49_152;
const lastPort = 65_535;

/** A simulated controller and its place on the network. */
export interface HeadlessController {
  readonly name: string;
  readonly unit: number;
  readonly port: number;
}

/** Receives each packet. @param time plant time, ms UTC with fractions; never decreases */
export type OnPacket = (time: number, frame: Buffer) => void;

/**
 * Control network of a plant without sockets. Its controllers answer as those of the lab do, and a mirror port shows the packets. All
 * requests of a plant second follow one another: their packets have the time of the second and some milliseconds.
 */
export class HeadlessNetwork {
  readonly #plant: Plant;
  readonly #controllers: ReadonlyMap<string, HeadlessController & { readonly replies: (request: Buffer) => Buffer }>;
  readonly #onPacket: OnPacket;
  readonly #open = new Map<string, Set<HeadlessConnection>>();
  /** Addresses whose holder still gets replies, by controller that drops all others. */
  readonly #blocked = new Map<string, string>();
  #time = Number.NEGATIVE_INFINITY;
  #port = firstPort;

  constructor(plant: Plant, controllers: readonly HeadlessController[], onPacket: OnPacket) {
    this.#plant = plant;
    this.#controllers = new Map(controllers.map((one) => [one.name, { ...one, replies: repliesOf(plant, one.name) }]));
    this.#onPacket = onPacket;
  }

  /**
   * Opens a connection. A controller without a free place closes it at once.
   * @throws ScadaError LAB_REFUSED for an unknown controller
   */
  connect(client: string, controller: string): HeadlessConnection {
    const server = this.#controllers.get(controller);
    if (server === undefined) throw new ScadaError('config', 'LAB_REFUSED', `the controller ${controller} is not on a port`);
    this.pass(pauseMs);
    const ends = { client: { address: client, port: this.#nextPort() }, server: { address: ownHome, port: server.port } };
    const packets = new MirroredConnection(ends, (frame) => this.#emit(frame));
    const connections = this.#open.get(controller) ?? new Set();
    this.#open.set(controller, connections);
    const connection = new HeadlessConnection(packets, {
      unit: server.unit,
      reply: (request) => {
        const reply = server.replies(request);
        const kept = this.#blocked.get(controller);
        return kept === undefined || kept === client ? reply : undefined;
      },
      pass: (ms) => this.pass(ms),
      onEnd: () => connections.delete(connection),
    });
    if (connections.size >= usualConnections) connection.end('server');
    else connections.add(connection);
    return connection;
  }

  /** Drops the replies of a controller to everybody but one address. Requests reach it, and connections stay open. */
  block(controller: string, except: string): void {
    this.#blocked.set(controller, except);
  }

  /** Ends all blocks. */
  release(): void {
    this.#blocked.clear();
  }

  /** Lets the time of the packets pass. */
  pass(ms: number): void {
    this.#time = Math.max(this.#time + ms, this.#plant.time);
  }

  #emit(frame: Buffer): void {
    this.pass(packetMs);
    this.#onPacket(this.#time, frame);
  }

  #nextPort(): number {
    const port = this.#port;
    this.#port = port === lastPort ? firstPort : port + 1;
    return port;
  }
}

/** What a connection needs of its network. */
interface Served {
  readonly unit: number;
  /** PDU of the reply; undefined if it is dropped. */
  readonly reply: (request: Buffer) => Buffer | undefined;
  readonly pass: (ms: number) => void;
  readonly onEnd: () => void;
}

/** A client's Modbus TCP connection to a controller. */
export class HeadlessConnection {
  readonly #packets: MirroredConnection;
  readonly #served: Served;
  #transaction = 0;
  #isOpen = true;

  constructor(packets: MirroredConnection, served: Served) {
    this.#packets = packets;
    this.#served = served;
  }

  get open(): boolean {
    return this.#isOpen;
  }

  /** Sends a request, which is executed. @returns PDU of the reply; undefined if none arrives */
  exchange(pdu: Buffer): Buffer | undefined {
    if (!this.#isOpen) return undefined;
    const { unit, reply: replyTo, pass } = this.#served;
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const transaction = this.#transaction;
    pass(pauseMs);
    this.#packets.bytes('client', frameBytes({ transaction, unit, pdu }));
    const reply = replyTo(pdu);
    if (reply === undefined) return undefined;
    pass(replyMs);
    this.#packets.bytes('server', frameBytes({ transaction, unit, pdu: reply }));
    return reply;
  }

  /** @param from the side that ends it */
  end(from: 'client' | 'server' = 'client'): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#packets.end(false, from);
    this.#served.onEnd();
  }
}
