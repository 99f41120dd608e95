import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ScadaError } from '../../src/core/errors.ts';
import { assertPrivateKey } from '../../src/core/private-file.ts';
import { checkBinding, type DashboardConfig, isLoopback } from './config.ts';

/** A socket that has not sent a whole request after so long is closed, ms. */
const usualSilentMs = 10_000;

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** SHA-256 of the certificate, with TLS. */
  readonly fingerprint: string | undefined;
}

/**
 * Tries binding, certificate and key as a start does, and releases the port. A port that is in use is no problem: it may be that of
 * the monitor that runs.
 * @throws ScadaError CONFIG_INVALID
 */
export async function checkDashboard(config: DashboardConfig): Promise<void> {
  checkBinding(config);
  try {
    const { server } = await listen(config);
    await stopListening(server);
  } catch (thrown) {
    const { cause } = thrown as { cause?: { code?: string } };
    if (cause?.code !== 'EADDRINUSE') throw thrown;
  }
}

/** Opens the port. @throws ScadaError CONFIG_INVALID when certificate, address or port can not be used */
export async function listen(config: DashboardConfig, silentMs = usualSilentMs): Promise<Listening> {
  const { server, fingerprint } = createHttpServer(config, silentMs);
  try {
    server.listen({ host: config.host, port: config.port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    throw new ScadaError(
      'config',
      'CONFIG_INVALID',
      `dashboard can not listen on ${config.host}:${config.port}: ${String(error)}`,
      {
        hint: 'Set dashboard.port to a free port, or 0 to take any.',
        cause: error,
      },
    );
  }
  const { address, port } = server.address() as AddressInfo;
  // a name such as localhost may lead elsewhere: what counts is where it was bound
  if (config.tls === undefined && !isLoopback(address)) {
    server.close();
    throw new ScadaError(
      'config',
      'CONFIG_INVALID',
      `dashboard.host ${config.host} is ${address}, but dashboard.tls is not set`,
      {
        hint: 'Set dashboard.host to 127.0.0.1, or give dashboard.tls a cert and a key.',
      },
    );
  }
  return { server, port, fingerprint };
}

function createHttpServer(
  { tls }: DashboardConfig,
  silentMs: number,
): { readonly server: Server; readonly fingerprint: string | undefined } {
  const timeouts = { headersTimeout: silentMs, requestTimeout: silentMs, connectionsCheckingInterval: silentMs / 10 };
  if (tls === undefined) return { server: createServer(timeouts), fingerprint: undefined };
  const cert = readPem('cert', tls.cert);
  assertPrivateKey(tls.key, 'dashboard.tls.key');
  const key = readPem('key', tls.key);
  try {
    const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: silentMs, ...timeouts });
    return { server, fingerprint: new X509Certificate(cert).fingerprint256 };
  } catch (error) {
    throw new ScadaError(
      'config',
      'CONFIG_INVALID',
      `dashboard.tls: ${tls.cert} and ${tls.key} can not be used: ${String(error)}`,
      {
        hint: 'Both must be PEM, and the key must belong to the certificate.',
        cause: error,
      },
    );
  }
}

function readPem(name: 'cert' | 'key', path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ScadaError('config', 'CONFIG_INVALID', `dashboard.tls.${name}: ${path} can not be read: ${String(error)}`, {
      hint: 'Give the path of a PEM file that this user may read.',
      cause: error,
    });
  }
}

/** Stops taking requests, and ends what is idle or kept alive. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
