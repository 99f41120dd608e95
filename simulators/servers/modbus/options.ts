import type { Clock } from '../../../src/core/clock.ts';
import type { Plant } from '../../../src/core/plant.ts';
import type { RequestContent } from './functions.ts';
import type { Identity } from './identity.ts';
import type { ServerTransport } from './listen.ts';

/** Clients that a controller accepts at the same time. */
export const usualConnections = 16;

/** One request, as ground truth and evidence store it. */
export interface ModbusRequest extends RequestContent {
  /** Plant time, ms UTC. */
  readonly time: number;
  readonly controller: string;
  /** Address and port of the client, or the path of the serial line. */
  readonly client: string;
  readonly unit: number;
  /** Exception in the answer, if any. */
  readonly exception: number | undefined;
}

export interface ModbusServerOptions {
  readonly plant: Plant;
  /** Controller of the plant that this server serves. */
  readonly controller: string;
  readonly unit: number;
  /** Plain Modbus TCP if omitted. */
  readonly transport?: ServerTransport;
  /** Address to listen on, for a network transport. Default 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, selects a free one. */
  readonly port?: number;
  readonly identity?: Partial<Identity>;
  /** Maximum number of clients; further ones are closed at once, as small controllers do. Default 16. */
  readonly connections?: number;
  /** Time after which a silent client is closed, ms of machine time. Default 600 000. */
  readonly idleMs?: number;
  /** Maximum number of requests in one segment; further ones are answered "busy". Default 64. */
  readonly pipelined?: number;
  /** Receives the PDU of every complete request to any unit, with address and port of the client (or the path of the line). */
  readonly onFrame?: (pdu: Buffer, client: string) => void;
  /** Receives every request to the unit after it was answered. */
  readonly onRequest?: (request: ModbusRequest) => void;
  /** Clock for the silence that ends frames. The machine's clock if omitted. */
  readonly machine?: Clock;
}
