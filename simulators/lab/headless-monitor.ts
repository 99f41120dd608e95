import type { Plant } from '../../src/core/plant.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { blockRequest, identityRequest } from '../actors/requests.ts';
import { headlessRequests, type TableRead } from './headless.ts';
import type { HeadlessConnection, HeadlessNetwork } from './headless-network.ts';
import { ownHome } from './homes.ts';

/** Requests without a reply that end a connection, each after a second, as in the Modbus collector. */
const mostTimeouts = 2;
/** Waiting times before a device is tried again, doubled with each failure, ms: those of the monitor's supervisor. */
const firstRetryMs = 1_000;
const mostRetryMs = 60_000;

interface Link {
  connection: HeadlessConnection | undefined;
  timeouts: number;
  failures: number;
  /** Plant time before which the device is not tried, ms UTC. */
  retryAt: number;
}

/** The monitor as a Modbus client on a network without sockets. It sends the reads of its collectors, and nothing else. */
export class HeadlessMonitor {
  readonly #network: HeadlessNetwork;
  readonly #requests: (time: number) => readonly TableRead[];
  readonly #links = new Map<string, Link>();

  constructor(plant: Plant, tags: TagTable, network: HeadlessNetwork) {
    this.#network = network;
    this.#requests = headlessRequests(plant, tags);
  }

  /**
   * Sends the requests that are due in a second of plant time, ms UTC.
   * @returns devices that did not reply: their reads of this second have no values
   */
  second(time: number): ReadonlySet<string> {
    const missing = new Set<string>();
    for (const { device, table, address, count } of this.#requests(time)) {
      // a request waits for the reply to the one before
      if (missing.has(device)) continue;
      const link = this.#links.get(device) ?? { connection: undefined, timeouts: 0, failures: 0, retryAt: 0 };
      this.#links.set(device, link);
      if (!this.#ready(link, device, time) || !exchanged(link, blockRequest(table, address, count))) missing.add(device);
    }
    return missing;
  }

  /** Opens the connection if there is none, and reads the identity first. */
  #ready(link: Link, device: string, time: number): boolean {
    if (link.timeouts >= mostTimeouts) {
      link.connection?.end();
      this.#fail(link, time);
    }
    if (link.connection?.open === true) return true;
    if (time < link.retryAt) return false;
    link.connection = this.#network.connect(ownHome, device);
    if (link.connection.open) return exchanged(link, identityRequest('regular'));
    this.#fail(link, time);
    return false;
  }

  #fail(link: Link, time: number): void {
    link.connection = undefined;
    link.timeouts = 0;
    link.retryAt = time + Math.min(mostRetryMs, firstRetryMs * 2 ** link.failures);
    link.failures++;
  }
}

/** True if a reply arrives. */
function exchanged(link: Link, request: Buffer): boolean {
  if (link.connection?.exchange(request) === undefined) {
    link.timeouts++;
    return false;
  }
  link.timeouts = 0;
  link.failures = 0;
  return true;
}
