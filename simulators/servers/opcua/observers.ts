import { X509Certificate } from 'node:crypto';
import { StatusCodes, WriteRequest, WriteResponse } from 'node-opcua-client';
import type { OPCUAServer } from 'node-opcua-server';
import type { Plant } from '../../../src/core/plant.ts';

/** One write of one node, as ground truth stores it. */
export interface OpcuaWrite {
  /** Plant time, ms UTC. */
  readonly time: number;
  readonly node: string;
  /** NaN for a value that is not a number or a Boolean. */
  readonly value: number;
  /** Address and port of the client. */
  readonly client: string;
  /** Name of the StatusCode in the answer, `Good` if the plant accepted the value. */
  readonly status: string;
}

/** One request, as the request record stores it. */
export interface OpcuaRequest {
  /** Plant time, ms UTC. */
  readonly time: number;
  /** Name of the service, e.g. `Read`. */
  readonly service: string;
  /** Address and port of the client. */
  readonly client: string;
  /** Application URI of the certificate that secures the client's channel; empty for a channel without security. */
  readonly application: string;
}

/** Maximum number of writes that wait for their answer: bounds the memory that a client can use. */
const mostPending = 256;

/** Reports every attempted write with the server's answer, also to nodes that do not exist. */
export function observeWrites(server: OPCUAServer, plant: Plant, onWrite: (write: OpcuaWrite) => void): void {
  const pending = new Map<string, WriteRequest>();
  server.on('request', (request, channel) => {
    if (!(request instanceof WriteRequest)) return;
    const oldest = pending.keys().next();
    if (pending.size >= mostPending && oldest.done !== true) pending.delete(oldest.value);
    pending.set(`${channel.hashKey}/${request.requestHeader.requestHandle}`, request);
  });
  server.on('response', (response, channel) => {
    const key = `${channel.hashKey}/${response.responseHeader.requestHandle}`;
    const request = pending.get(key);
    if (request === undefined) return;
    pending.delete(key);
    const results = response instanceof WriteResponse ? (response.results ?? []) : [];
    (request.nodesToWrite ?? []).forEach(({ nodeId, value }, i) => {
      const written: unknown = value.value?.value;
      onWrite({
        time: plant.time,
        node: nodeId.toString(),
        value: typeof written === 'number' || typeof written === 'boolean' ? Number(written) : Number.NaN,
        client: `${channel.remoteAddress}:${channel.remotePort}`,
        status: (results[i] ?? response.responseHeader.serviceResult ?? StatusCodes.Bad).name,
      });
    });
  });
}

/** Reports every request to a session or to discovery before it is answered. */
export function observeRequests(server: OPCUAServer, plant: Plant, onRequest: (request: OpcuaRequest) => void): void {
  const applications = new WeakMap<object, string>();
  server.on('request', (request, channel) => {
    const service = request.schema.name.replace(/Request$/, '');
    const application = applications.get(channel) ?? applicationOf(channel.clientCertificate);
    applications.set(channel, application);
    onRequest({ time: plant.time, service, client: `${channel.remoteAddress}:${channel.remotePort}`, application });
  });
}

function applicationOf(certificate: Buffer | null): string {
  if (certificate === null) return '';
  return /URI:([^,]+)/.exec(new X509Certificate(certificate).subjectAltName ?? '')?.[1] ?? '';
}
