import {
  type ClientSession,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  type UserIdentityInfo,
  UserTokenType,
} from 'node-opcua-client';
import type { CollectorTarget, SessionStats } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { OpcuaConfig } from './config.ts';
import { failureOf } from './failures.ts';
import { type ClientPki, howToTrust, openClientPki, thumbprintOf } from './pki.ts';

/** An open, activated session, and what it has cost so far. */
export interface OpenClient extends AsyncDisposable {
  readonly session: ClientSession;
  /** SHA-1 thumbprint of the server's certificate, empty without security. */
  readonly serverThumbprint: string;
  /** Rejects when the connection is lost; never resolves. */
  readonly lost: Promise<never>;
  stats(): SessionStats;
}

/** A session of ours that the server hears nothing of for so long is closed there. */
const sessionTimeoutMs = 60_000;

/**
 * Opens channel and session. Reconnecting is off in the library: an open client either lives or is given up, so that there is
 * one place that reconnects, the supervisor.
 * @throws ScadaError DEVICE_UNTRUSTED with the place of the certificate, and what else `failureOf` says
 */
export async function openClient(config: OpcuaConfig, target: CollectorTarget, signal: AbortSignal): Promise<OpenClient> {
  signal.throwIfAborted();
  const pki = await openClientPki(target.dataDir);
  const client = OPCUAClient.create({
    applicationName: 'scadawatch',
    applicationUri: pki.applicationUri,
    clientName: `scadawatch ${target.device}`,
    clientCertificateManager: pki.manager,
    certificateFile: pki.certificateFile,
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
        `${target.device} (${config.endpoint}): connection lost${error ? `: ${error.message}` : ''}`,
      ),
    );
  client.on('send_request', () => requests++);
  client.on('timed_out_request', () => errors++);
  client.on('connection_lost', () => lose());
  client.on('close', (error) => lose(error ?? undefined));
  const close = async (): Promise<void> => {
    await client.disconnect();
    await pki.manager.dispose();
  };
  const abort = (): void => void client.disconnect().catch(lose);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect(config.endpoint);
    signal.throwIfAborted();
    const session = await client.createSession(identityOf(config));
    signal.throwIfAborted();
    session.once('session_closed', () => lose());
    let closing: Promise<void> | undefined;
    return {
      session,
      serverThumbprint: thumbprintOfServer(client.serverCertificate),
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
    throw await refusalOf(config, target, pki, thrown);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function identityOf({ user }: OpcuaConfig): UserIdentityInfo {
  if (user === undefined) return { type: UserTokenType.Anonymous };
  return { type: UserTokenType.UserName, userName: user.name, password: user.passphrase };
}

async function refusalOf(config: OpcuaConfig, target: CollectorTarget, pki: ClientPki, thrown: unknown): Promise<ScadaError> {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const verdict = /server Certificate verification failed with err (\w+)/.exec(message)?.[1];
  if (verdict === undefined) return failureOf(target.device, config.endpoint, thrown, pki.certificateFile);
  const { rejected, hint } = await howToTrust(pki);
  return new ScadaError(
    'config',
    'DEVICE_UNTRUSTED',
    `${target.device} (${config.endpoint}): the server's certificate is not trusted (${verdict}); it lies in ${rejected}`,
    { hint, cause: thrown },
  );
}

function thumbprintOfServer(certificate: Buffer | Buffer[] | undefined): string {
  const leaf = Array.isArray(certificate) ? certificate[0] : certificate;
  return leaf === undefined ? '' : thumbprintOf(leaf);
}
