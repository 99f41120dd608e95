import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ScadaError } from '../../src/core/errors.ts';
import type { ModbusServerOptions } from '../servers/modbus/index.ts';
import type { OpcuaRequest } from '../servers/opcua/index.ts';

/** First use of an operation of a server by a client in a run. */
export interface FirstRequest {
  /** Plant time, ms UTC. */
  readonly time: number;
  /** Name of the controller, or `opcua`. */
  readonly server: string;
  /** Address of the client; the application URI of an OPC UA client with a certificate. */
  readonly client: string;
  /** Modbus function as `FC3`, `FC43/14`; OPC UA service as `Read`. */
  readonly operation: string;
}

/** Maximum number of lines in the file, for any number of different requests. */
const mostLines = 10_000;

/**
 * Records which client used which operations of a simulated plant's servers, from reports of the servers themselves. One line of
 * JSON for each first use, written at once, so that the record survives a kill. It shows if a monitor has only read.
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

  /** Callback for every request to a controller, including refused ones. */
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
      // a full disk does not end the plant: the next such request is recorded
      this.#seen.delete(key);
    }
  }
}
