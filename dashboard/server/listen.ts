import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { ServerCertificate } from './certificate.ts';
import { checkBinding, type DashboardConfig, isLoopback } from './config.ts';

/** Time after which a socket without a whole request is closed, ms. */
const usualSilentMs = 10_000;

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** Undefined without TLS. */
  readonly certificate: ServerCertificate | undefined;
  /** Uses changed files of the certificate; called each second. */
  readonly checkCertificate: () => void;
}

/**
 * Checks binding, certificate and key like a start, and releases the port. A port in use is accepted, because the running monitor
 * may use it.
 * @throws ScadaError CONFIG_INVALID
 */
export async function checkDashboard(config: DashboardConfig): Promise<void> {
  checkBinding(config);
  try {
    const { server } = await listen(config, systemClock);
    await stopListening(server);
  } catch (thrown) {
    const { cause } = thrown as { cause?: { code?: string } };
    if (cause?.code !== 'EADDRINUSE') throw thrown;
  }
}

/** Period for checking an open listener, ms. A closed listener reports it only after its last connection has ended. */
const checkEveryMs = 500;

/** Listener of the dashboard that can be reopened on its port after a failure. Open connections continue. */
export class Listener {
  readonly #listening: Listening;
  readonly #config: DashboardConfig;
  readonly #clock: Clock;
  /** Failure since the listener was opened. */
  #error: Error | undefined;

  constructor(listening: Listening, config: DashboardConfig, clock: Clock) {
    this.#listening = listening;
    this.#config = config;
    this.#clock = clock;
    // without a listener of this event Node ends the process
    listening.server.on('error', (error) => (this.#error = error));
  }

  /** Opens the listener if it is closed or has failed, and waits for its next failure. @throws Error when it fails */
  async keepOpen(signal: AbortSignal): Promise<void> {
    const { server, port } = this.#listening;
    if (this.#error !== undefined && server.listening) server.close();
    this.#error = undefined;
    if (!server.listening) await bind(server, this.#config.host, port);
    for (;;) {
      await this.#clock.sleep(checkEveryMs, signal);
      const failure = this.#failure();
      if (failure !== undefined) throw failure;
    }
  }

  #failure(): Error | undefined {
    const { server, port } = this.#listening;
    return this.#error ?? (server.listening ? undefined : new Error(`the listener on port ${port} was closed`));
  }
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
}

/** Opens the port. @throws ScadaError CONFIG_INVALID when certificate, address or port cannot be used */
export async function listen(config: DashboardConfig, clock: Clock, silentMs = usualSilentMs): Promise<Listening> {
  const { server, ...tls } = await createServers(config, silentMs, clock);
  try {
    await bind(server, config.host, config.port);
  } catch (error) {
    throw new ScadaError(
      'config',
      'CONFIG_INVALID',
      `dashboard cannot listen on ${config.host}:${config.port}: ${String(error)}`,
      {
        hint: 'Set dashboard.port to a free port, or 0 to take any.',
        cause: error,
      },
    );
  }
  const { address, port } = server.address() as AddressInfo;
  // a name such as localhost may resolve to another address: the bound address counts
  if (config.tls === undefined && !isLoopback(address)) {
    server.close();
    throw new ScadaError(
      'config',
      'CONFIG_INVALID',
      `dashboard.host ${config.host} is ${address}, but dashboard.tls is not set`,
      {
        hint: 'Set dashboard.host to 127.0.0.1, or set dashboard.tls to a cert and a key.',
      },
    );
  }
  return { server, port, ...tls };
}

async function createServers(
  { tls }: DashboardConfig,
  silentMs: number,
  clock: Clock,
): Promise<Pick<Listening, 'server' | 'certificate' | 'checkCertificate'>> {
  const timeouts = { headersTimeout: silentMs, requestTimeout: silentMs, connectionsCheckingInterval: silentMs / 10 };
  if (tls === undefined) return { server: createServer(timeouts), certificate: undefined, checkCertificate: () => {} };
  const certificate = await ServerCertificate.open(tls, clock);
  const server = createTlsServer({ ...certificate.options, handshakeTimeout: silentMs, ...timeouts });
  return { server, certificate, checkCertificate: () => certificate.check(server) };
}

/** Stops accepting requests and closes idle and kept-alive connections. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) {
    server.closeAllConnections();
    return;
  }
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
