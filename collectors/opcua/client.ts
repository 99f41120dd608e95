import { type ClientSession, MessageSecurityMode, OPCUAClient, SecurityPolicy } from 'node-opcua-client';
import { systemClock } from '../../src/core/clock.ts';
import type { CollectorTarget, SessionStats } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Certificate, ClientPki } from './certificates/pki.ts';
import { howToTrust, readCertificateOf } from './certificates/pki.ts';
import { loginOf, needsCare, refuseWeakLogin } from './certificates/user.ts';
import type { OpcuaConfig } from './config.ts';
import { failureOf } from './failures.ts';
import { guardTransports } from './transport.ts';

/** An open, activated session, and what it has cost so far. */
export interface OpenClient extends AsyncDisposable {
  readonly session: ClientSession;
  /** The server's certificate; undefined where it shows none. */
  readonly serverCertificate: Certificate | undefined;
  /** Our own that the server has accepted. */
  readonly ownCertificate: Certificate;
  /** The user's, where the login is one. */
  readonly userCertificate: Certificate | undefined;
  /** True when the connection was lost before it was closed by us. */
  broken(): boolean;
  /** Rejects when the connection is lost; never resolves. */
  readonly lost: Promise<never>;
  stats(): SessionStats;
}

/** A session of ours that the server hears nothing of for so long is closed there. */
const sessionTimeoutMs = 60_000;

/** The library may never be done with ending a connection that is gone: the next one must not wait for it. */
const closeMs = 10_000;

/**
 * Opens channel and session with one of our certificates. Reconnecting is off in the library: an open client either lives or is
 * given up, so that there is one place that reconnects, the supervisor.
 * @param pki is the client's from now on, and closed with it
 * @throws ScadaError DEVICE_UNTRUSTED with the place of the certificate, and what else `failureOf` says
 */
export async function openClient(
  config: OpcuaConfig,
  { device }: Pick<CollectorTarget, 'device'>,
  pki: ClientPki,
  own: Certificate,
  signal: AbortSignal,
): Promise<OpenClient> {
  guardTransports();
  const client = OPCUAClient.create({
    applicationName: 'scadawatch',
    applicationUri: own.applicationUri,
    clientName: `scadawatch ${device}`,
    clientCertificateManager: pki.manager,
    certificateFile: own.file,
    privateKeyFile: pki.keyFile,
    securityMode: MessageSecurityMode[config.securityMode],
    securityPolicy: SecurityPolicy[config.securityPolicy],
    // Servers behind address translation name themselves differently; who they are is proved by their certificate.
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 200 },
    requestedSessionTimeout: sessionTimeoutMs,
    transportTimeout: config.deadlineMs,
    defaultTransactionTimeout: config.deadlineMs,
    keepSessionAlive: false,
  });
  let requests = 0;
  let errors = 0;
  const lost = Promise.withResolvers<never>();
  // Lost before anybody waits for it: told to those who wait later.
  lost.promise.catch(() => {});
  const lose = (error?: Error): void =>
    lost.reject(
      new ScadaError(
        'retryable',
        'DEVICE_UNREACHABLE',
        `${device} (${config.endpoint}): connection lost${error ? `: ${error.message}` : ''}`,
      ),
    );
  client.on('send_request', () => requests++);
  client.on('timed_out_request', () => errors++);
  let broken = false;
  let leaving = false;
  client.on('connection_lost', () => {
    broken ||= !leaving;
    lose();
  });
  client.on('close', (error) => {
    broken ||= !leaving;
    lose(error ?? undefined);
  });
  const close = async (): Promise<void> => {
    leaving = true;
    await within(closeMs, client.disconnect());
    await pki.manager.dispose();
  };
  const abort = (): void => void client.disconnect().catch(lose);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const login = await loginOf(device, config.user);
    await client.connect(config.endpoint);
    signal.throwIfAborted();
    if (needsCare(config)) refuseWeakLogin(config, device, await client.getEndpoints());
    const session = await client.createSession(login.identity);
    signal.throwIfAborted();
    session.once('session_closed', () => lose());
    let closing: Promise<void> | undefined;
    return {
      session,
      serverCertificate: leafOf(client.serverCertificate),
      ownCertificate: own,
      userCertificate: login.certificate,
      broken: () => broken,
      lost: lost.promise,
      stats: () => ({ requests, errors, bytes: client.bytesRead + client.bytesWritten }),
      async [Symbol.asyncDispose]() {
        closing ??= close();
        await closing;
      },
    };
  } catch (thrown) {
    await close();
    signal.throwIfAborted();
    throw await refusalOf(config, device, pki, own, thrown);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Waits for a promise, but no longer than so many ms of machine time. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  const settled = new AbortController();
  const patience = systemClock.sleep(ms, settled.signal).catch(() => {});
  try {
    await Promise.race([promise, patience]);
  } finally {
    settled.abort();
  }
}

async function refusalOf(
  config: OpcuaConfig,
  device: string,
  pki: ClientPki,
  own: Certificate,
  thrown: unknown,
): Promise<ScadaError> {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const verdict = /server Certificate verification failed with err (\w+)/.exec(message)?.[1];
  if (verdict === undefined) return failureOf(device, config.endpoint, thrown, own.file);
  const { rejected, hint } = await howToTrust(pki);
  return new ScadaError(
    'config',
    'DEVICE_UNTRUSTED',
    `${device} (${config.endpoint}): the server's certificate is not trusted (${verdict}); it lies in ${rejected}`,
    { hint, cause: thrown },
  );
}

function leafOf(certificate: Buffer | Buffer[] | undefined): Certificate | undefined {
  const leaf = Array.isArray(certificate) ? certificate[0] : certificate;
  return leaf === undefined ? undefined : readCertificateOf(leaf, '');
}
