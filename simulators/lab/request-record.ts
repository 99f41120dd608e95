import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ScadaError } from '../../src/core/errors.ts';
import type { ModbusServerOptions } from '../servers/modbus/index.ts';
import type { OpcuaRequest } from '../servers/opcua/index.ts';

/** The first time in a run that a client asked a server for something. */
export interface FirstRequest {
  /** Plant time, ms UTC. */
  readonly time: number;
  /** Name of the controller, or `opcua`. */
  readonly server: string;
  /** Address of the client; of an OPC UA client with a certificate its application URI. */
  readonly client: string;
  /** Modbus function as `FC3`, `FC43/14`; OPC UA service as `Read`. */
  readonly operation: string;
}

/** Lines that are written, whatever clients think of. */
const mostLines = 10_000;

/**
 * What the servers of a simulated plant were asked for and by whom, told by the servers themselves: one line of JSON for each first time,
 * written at once, so that the record outlives a kill. It says whether a monitor has only read.
 */
export class RequestRecord implements Disposable {
  readonly #file: number;
  readonly #now: () => number;
  readonly #seen = new Set<string>();

  /** Empties the file. @param now plant time @throws ScadaError LAB_REFUSED if it cannot be written */
  constructor(path: string, now: () => number) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(path, 'w', 0o600);
    } catch (cause) {
      throw new ScadaError('config', 'LAB_REFUSED', `the record of requests cannot be written: ${(cause as Error).message}`, {
        hint: 'let --data name a folder that may be written to',
        cause,
      });
    }
    this.#now = now;
  }

  /** Receives every request to a controller, also refused ones. */
  modbus(controller: string): NonNullable<ModbusServerOptions['onFrame']> {
    return (pdu, client) => {
      const [code, type] = pdu;
      this.#note(controller, client.replace(/:\d+$/, ''), code === 43 ? `FC43/${type}` : `FC${code}`);
    };
  }

  opcua({ service, client, application }: OpcuaRequest): void {
    this.#note('opcua', application === '' ? client.replace(/:\d+$/, '') : application, service);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #note(server: string, client: string, operation: string): void {
    const key = `${server} ${client} ${operation}`;
    if (this.#seen.has(key) || this.#seen.size >= mostLines) return;
    this.#seen.add(key);
    const line: FirstRequest = { time: this.#now(), server, client, operation };
    try {
      writeSync(this.#file, `${JSON.stringify(line)}\n`);
    } catch {
      // a full disk does not end the plant: the next such request is noted
      this.#seen.delete(key);
    }
  }
}
