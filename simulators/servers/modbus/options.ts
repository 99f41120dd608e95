import type { Clock } from '../../../src/core/clock.ts';
import type { Plant } from '../../../src/core/plant.ts';
import type { RequestContent } from './functions.ts';
import type { Identity } from './identity.ts';
import type { ServerTransport } from './listen.ts';

/** One request as ground truth and evidence keep it. */
export interface ModbusRequest extends RequestContent {
  /** Plant time, ms UTC. */
  readonly time: number;
  readonly controller: string;
  /** Address and port of the client, or the path of the line. */
  readonly client: string;
  readonly unit: number;
  /** The exception that was answered, if any. */
  readonly exception: number | undefined;
}

export interface ModbusServerOptions {
  readonly plant: Plant;
  /** Controller of the plant that this server serves. */
  readonly controller: string;
  readonly unit: number;
  /** Plain Modbus TCP if not given. */
  readonly transport?: ServerTransport;
  /** Address to listen on, where it is on a network. Default 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly identity?: Partial<Identity>;
  /** Clients at once; further ones are closed at once, as small controllers do. Default 16. */
  readonly connections?: number;
  /** A silent client is closed after so many ms of machine time. Default 600 000. */
  readonly idleMs?: number;
  /** Requests that one segment may carry; the rest is answered "busy". Default 64. */
  readonly pipelined?: number;
  /** Sees the PDU of every whole request as it came, for whatever unit, and the address and port of who sent it (or the path of the line). */
  readonly onFrame?: (pdu: Buffer, client: string) => void;
  /** Sees every request to the unit after it was answered. */
  readonly onRequest?: (request: ModbusRequest) => void;
  /** Ends frames by silence. The machine's clock if not given. */
  readonly machine?: Clock;
}
