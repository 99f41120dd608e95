import {
  type ClientSession,
  MessageSecurityMode,
  OPCUAClient,
  type OPCUAClientBaseOptions,
  SecurityPolicy,
} from 'node-opcua-client';
import type { CollectorTarget, SessionStats } from '../../../src/core/collector.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { RequestBudget } from '../../../src/ingest/polling/budget.ts';
import type { Certificate, ClientPki } from '../certificates/pki.ts';
import { howToTrust, readCertificateOf } from '../certificates/pki.ts';
import { findServerCertificate, Untrusted } from './server-certificate.ts';
import { type Login, loginOf, needsCare, refuseWeakLogin } from '../certificates/user.ts';
import type { OpcuaConfig } from '../config.ts';
import { failureOf } from './failures.ts';
import { leave } from './leave.ts';
import { forgottenMs, RequestQueue, never, openingMs, within } from './request-queue.ts';
import { pace } from './pace.ts';
import { guardedTransports } from './transport.ts';

/** An open, activated session and its cost so far. */
export interface OpenClient extends AsyncDisposable {
  readonly session: ClientSession;
  /** Queue of all requests to the server. */
  readonly queue: RequestQueue;
  /** The server's certificate; undefined if it has none. */
  readonly serverCertificate: Certificate | undefined;
  /** Own certificate, as accepted by the server. */
  readonly ownCertificate: Certificate;
  /** The user's certificate; undefined without one. */
  readonly userCertificate: Certificate | undefined;
  /** True if the connection was lost before it was closed here. */
  broken(): boolean;
  /** Rejects when the connection is lost; never resolves. */
  readonly lost: Promise<never>;
  stats(): SessionStats;
}

/** Session timeout: the server closes a session without requests for this long, ms. */
const sessionTimeoutMs = 60_000;

/** Dependencies of opening a client. */
export interface Opening {
  readonly config: OpcuaConfig;
  readonly target: Pick<CollectorTarget, 'device'>;
  /** Owned by the client from now on, and closed with it. */
  readonly pki: ClientPki;
  /** Own certificate that is presented to the server. */
  readonly own: Certificate;
  readonly budget: RequestBudget;
}

/**
 * Opens channel and session with one of the own certificates, each request within the device's budget. Automatic reconnection of
 * the library is off: only the supervisor reconnects.
 * @throws ScadaError DEVICE_UNTRUSTED with the location of the certificate, and the other errors of `failureOf`
 */
export async function openClient(opening: Opening, signal: AbortSignal): Promise<OpenClient> {
  const { budget, config, pki, target } = opening;
  try {
    signal.throwIfAborted();
    const login = await loginOf(target.device, config.user);
    const secured = config.securityMode !== 'None';
    const options = optionsOf(opening);
    const serverCertificate = secured ? await findServerCertificate(config, pki, options, budget, signal) : undefined;
    return await openSession(
      opening,
      serverCertificate === undefined ? options : { ...options, serverCertificate },
      login,
      signal,
    );
  } catch (thrown) {
    await pki.manager.dispose();
    signal.throwIfAborted();
    throw await refusalOf(opening, thrown);
  }
}

/** Options of both clients: the one that reads the server's certificate and the one of the session. */
const optionsOf = ({ config, own, pki, target }: Opening): OPCUAClientBaseOptions => ({
  applicationName: 'scadawatch',
  applicationUri: own.applicationUri,
  clientName: `scadawatch ${target.device}`,
  clientCertificateManager: pki.manager,
  certificateFile: own.file,
  privateKeyFile: pki.keyFile,
  connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 200 },
  transportTimeout: config.deadlineMs,
  defaultTransactionTimeout: config.deadlineMs,
});

async function openSession(
  { budget, config, own, pki, target: { device } }: Opening,
  options: OPCUAClientBaseOptions,
  login: Login,
  signal: AbortSignal,
): Promise<OpenClient> {
  const queue = new RequestQueue(budget, config.deadlineMs + forgottenMs);
  const client = OPCUAClient.create({
    ...options,
    transportFactory: guardedTransports(queue),
    securityMode: MessageSecurityMode[config.securityMode],
    securityPolicy: SecurityPolicy[config.securityPolicy],
    // Servers behind address translation report other addresses; their certificate proves their identity.
    endpointMustExist: false,
    requestedSessionTimeout: sessionTimeoutMs,
    keepSessionAlive: false,
  });
  let requests = 0;
  let errors = 0;
  const lost = Promise.withResolvers<never>();
  // A rejection without a caller is kept for later callers.
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
  // session requests are sent even after the caller has given up
  const opened = pace(client, queue, () => (leaving ? never : signal));
  const close = async (): Promise<void> => {
    leaving = true;
    // the library would give up the request in flight, and close the channel at the same time
    await queue.answered;
    await leave(client);
  };
  let closing: Promise<void> | undefined;
  const abort = (): void => {
    closing ??= close();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    // the opening of the session's channel
    await budget.turn(signal);
    await within(client.connect(config.endpoint), openingMs(config));
    signal.throwIfAborted();
    if (needsCare(config)) refuseWeakLogin(config, device, await within(client.getEndpoints(), openingMs(config)));
    const session = await within(client.createSession(login.identity), openingMs(config));
    signal.throwIfAborted();
    opened();
    session.once('session_closed', () => lose());
    let disposing: Promise<void> | undefined;
    return {
      session,
      queue,
      serverCertificate: leafOf(client.serverCertificate),
      ownCertificate: own,
      userCertificate: login.certificate,
      broken: () => broken,
      lost: lost.promise,
      stats: () => ({ requests, errors, bytes: client.bytesRead + client.bytesWritten }),
      async [Symbol.asyncDispose]() {
        disposing ??= close().then(async () => await pki.manager.dispose());
        await disposing;
      },
    };
  } catch (thrown) {
    closing ??= close();
    await closing;
    throw thrown;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function refusalOf({ config, own, pki, target: { device } }: Opening, thrown: unknown): Promise<ScadaError> {
  if (!(thrown instanceof Untrusted)) return failureOf(device, config.endpoint, thrown, own.file);
  const { rejected, hint } = await howToTrust(pki);
  return new ScadaError(
    'config',
    'DEVICE_UNTRUSTED',
    `${device} (${config.endpoint}): the server's certificate is not trusted (${thrown.verdict}); it lies in ${rejected}`,
    { hint, cause: thrown },
  );
}

function leafOf(certificate: Buffer | Buffer[] | undefined): Certificate | undefined {
  const leaf = Array.isArray(certificate) ? certificate[0] : certificate;
  return leaf === undefined ? undefined : readCertificateOf(leaf, '');
}
