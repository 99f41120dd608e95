import { type AddressInfo, connect, createServer } from 'node:net';
import { ScadaError } from '../../src/core/errors.ts';
import { LinkedSockets } from './linked-sockets.ts';
import { requireLoopback } from './loopback.ts';

export interface RelayOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** Local address of the connections to the target. */
  readonly localAddress: string;
}

/** A relay on a free port of this host. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
}

/**
 * Passes bytes on unchanged, from an address of the actor's own: the OPC UA library cannot choose the address from which it connects.
 * @throws ScadaError LAB_REFUSED for a target that is not this host, or without a free port
 */
export async function openRelay({ target, localAddress }: RelayOptions): Promise<Relay> {
  requireLoopback(target.host, false);
  const sockets = new LinkedSockets();
  const server = createServer({ noDelay: true }, (client) => {
    const onward = connect({ ...target, localAddress, noDelay: true });
    sockets.link(client, onward);
    client.pipe(onward);
    onward.pipe(client);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (cause) => reject(new ScadaError('config', 'LAB_REFUSED', `no free port: ${cause.message}`, { cause })));
  server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      sockets[Symbol.dispose]();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
