import { hkdfSync, randomBytes } from 'node:crypto';
import express from 'express';
import type { CertificateState } from '../../src/core/certificate.ts';
import type { PenStore } from '../../src/core/trend-pens.ts';
import type { Clock } from '../../src/core/clock.ts';
import { personOf } from '../../src/core/person.ts';
import type { ApprovalControl } from '../../src/core/approvals.ts';
import type { CalibrationReview } from '../../src/core/episodes.ts';
import type { BaselineReview, MonitorView } from '../../src/core/monitor.ts';
import type { Logger } from '../../src/core/plugin.ts';
import { pseudonymsOf } from '../../src/core/shown.ts';
import {
  type ApiTokenStore,
  type AuditLog,
  savedAtOnce,
  type SignInClosed,
  type StateSaving,
  type DisplayStore,
  type SessionStore,
  type UserStore,
} from '../../src/core/state.ts';
import { routes, type Services } from '../api/index.ts';
import { EventStreams } from '../api/event-streams.ts';
import { heartbeatOf } from '../api/heartbeat.ts';
import { openApiDocument } from '../api/openapi.ts';
import type { DashboardStats } from '../protocol.ts';
import { ClientAddresses } from './client-address.ts';
import { compressAnswers } from './compress.ts';
import { allowedOrigins, checkBinding, type DashboardConfig } from './config.ts';
import { Gate } from './gate.ts';
import { ApiTokens } from '../accounts/api-tokens.ts';
import { IdentityProvider } from '../accounts/identity-provider.ts';
import { KnownDevices } from '../accounts/known-devices.ts';
import { listen, Listener, stopListening } from './listen.ts';
import { LoginThrottle } from '../accounts/login-throttle.ts';
import { type DashboardMetrics, measureDashboard, serveMetrics } from './metrics.ts';
import { secureHeaders, serveBelow, servePages } from './pages.ts';
import { Passphrases } from '../accounts/passphrases.ts';
import { serveProbes } from './probes.ts';
import { answerErrors, registerRoutes } from './router.ts';
import { SecondFactors } from '../accounts/second-factors.ts';
import { Sessions } from '../accounts/sessions.ts';
import { SetupToken } from '../accounts/setup-token.ts';
import { SignInWatch } from '../accounts/sign-in-watch.ts';
import { type SocketLimitNumbers, SocketLimits, socketLimitsFor } from './socket-limits.ts';
import { Hub, type PageLimits } from './sockets/hub.ts';
import { acceptWebsockets } from './sockets/upgrade.ts';

export { type DashboardConfig, dashboardSchema } from './config.ts';
export { checkDashboard } from './listen.ts';
export { type PassphraseCost, Passphrases } from '../accounts/passphrases.ts';

export interface DashboardOptions {
  readonly view: MonitorView;
  readonly users: UserStore;
  /** Sessions of an earlier run continue. */
  readonly sessions: SessionStore;
  readonly displays: DisplayStore;
  readonly apiTokens: ApiTokenStore;
  readonly pens: PenStore;
  /** Set if the accounts were lost: no set-up link is issued, and sign-in stays closed until there is an account. */
  readonly signInClosed?: SignInClosed | undefined;
  readonly audit: AuditLog;
  /** Progress of the writes of the state store; by default every write is on disk at once. */
  readonly saving?: StateSaving | undefined;
  /** The baseline for review; not shown if not given. */
  readonly baseline?: BaselineReview | undefined;
  /** The calibration data for review; not shown if not given. */
  readonly calibration?: CalibrationReview | undefined;
  /** Reads the measured detection of the shipped scenarios; by default there is none. */
  readonly coverage?: Services['coverage'] | undefined;
  /** Acts that wait for a second person. */
  readonly approvals: ApprovalControl;
  readonly config: DashboardConfig;
  /** Folder of the built client. */
  readonly clientDir: string;
  /** Wall clock for sessions and frame rates, also if the site's time is plant time. */
  readonly wallClock: Clock;
  readonly logger: Logger;
  /** Secret of the data directory, which signs known devices and creates pseudonyms. Random for one run if not given. */
  readonly secret?: Buffer | undefined;
  /** Receives whether sign-ins fail repeatedly, at each change. */
  readonly onRepeatedFailures?: ((repeated: boolean) => void) | undefined;
  /** Receives the state of the certificate each second, with TLS. */
  readonly onCertificate?: ((state: CertificateState) => void) | undefined;
  /** Shown by `/metrics`; without them the route does not exist. */
  readonly metrics?: DashboardMetrics | undefined;
  /** Less expensive ones for tests. */
  readonly passphrases?: Passphrases | undefined;
  /** Other limits for tests. */
  readonly socketLimits?: SocketLimitNumbers | undefined;
  /** Time after which a socket without a whole request is closed, ms. */
  readonly silentMs?: number | undefined;
}

export interface Dashboard extends AsyncDisposable {
  /** Address for browsers, e.g. `http://127.0.0.1:4800` or `https://plant.example/scada`. */
  readonly address: string;
  readonly port: number;
  /** Link with the one-time token of the first start, for the console only. Undefined if there are users or sign-in is closed. */
  readonly setupLink: string | undefined;
  stats(): DashboardStats;
  /**
   * Opens the port if it is closed, and waits for its failure.
   * @throws Error when the listener fails; the next call opens it again
   */
  keepListening(signal: AbortSignal): Promise<void>;
}

/** Serves pages, HTTP routes and streams. @throws ScadaError CONFIG_INVALID if that would be unsafe or impossible */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { view, users, displays, apiTokens, pens, audit, config, wallClock, logger, saving = savedAtOnce } = options;
  checkBinding(config);
  const listening = await listen(config, wallClock, options.silentMs);
  const { server, port, certificate } = listening;
  const listener = new Listener(listening, config, wallClock);
  const stopping = new AbortController();
  const origins = allowedOrigins(config, port);
  const isTls = config.tls !== undefined;
  const run = randomBytes(4).readUInt32LE();

  const idleMs = config.idleMinutes * 60_000;
  const absoluteMs = config.sessionHours * 3_600_000;
  const passphrases = options.passphrases ?? new Passphrases();
  const basePath = config.basePath === '/' ? '' : config.basePath;
  const addresses = new ClientAddresses(config.trustedProxies, config.proxySecret);
  if (config.trustedProxies.length > 0 && config.proxySecret === undefined)
    logger.warn(
      'dashboard.trustedProxies has no effect without dashboard.proxySecret: all clients behind a proxy count as one address',
    );
  const secret = options.secret ?? randomBytes(32);
  const pseudonymOf = pseudonymsOf(secret);
  const deviceKey = hkdfSync('sha256', secret, '', 'known devices', 32);
  const devices = new KnownDevices(Buffer.from(deviceKey), wallClock);
  const signInClosed = users.list().length === 0 ? options.signInClosed : undefined;
  const first =
    users.list().length === 0 && signInClosed === undefined
      ? SetupToken.create(wallClock, config.setupMinutes * 60_000)
      : undefined;
  const identity = config.identity === undefined ? undefined : new IdentityProvider(config.identity, secret, wallClock);
  const sessions = new Sessions({
    clock: wallClock,
    limits: { absoluteMs, idleMs },
    store: options.sessions,
    isValid: ({ user, person, role, provider }) => {
      if (provider !== undefined) return provider === identity?.settings;
      const account = users.find(user);
      return account !== undefined && !account.disabled && account.role === role && personOf(account) === person;
    },
  });
  const tokens = new ApiTokens({ store: apiTokens, users, issuer: config.identity?.issuer, wallClock });
  const failures = new SignInWatch(wallClock, options.onRepeatedFailures ?? (() => {}));
  const secondFactors = new SecondFactors(users, secret, wallClock, config.secondFactor, `scadawatch ${view.site.name}`);
  const gate = new Gate({
    sessions,
    secondFactors,
    tokens,
    failures,
    origins,
    port,
    secure: isTls,
    basePath,
    addresses,
    sockets: new SocketLimits(server, addresses, options.socketLimits ?? socketLimitsFor(pageLimits(config))),
    devices,
    cookieMaxAgeMs: absoluteMs,
    wallClock,
    signal: stopping.signal,
  });
  const limits = pageLimits(config);
  const heartbeat = () => heartbeatOf(view, wallClock);
  const streams = new EventStreams({ view, sessions, wallClock, limits });
  const onSecond = (): void => {
    failures.check();
    listening.checkCertificate();
    if (certificate !== undefined) options.onCertificate?.(certificate.state);
  };
  const hub = new Hub({ view, sessions, wallClock, run, limits, heartbeat, onSecond, logger });

  const app = express();
  const pages = express.Router({ strict: true, caseSensitive: true });
  secureHeaders(app, gate, isTls);
  compressAnswers(app);
  const address = `${origins[0] ?? ''}${basePath}`;
  let openApi: ReturnType<Services['openApi']> | undefined;
  const services: Services = {
    view,
    baseline: options.baseline,
    calibration: options.calibration,
    coverage: options.coverage ?? (() => Promise.resolve(undefined)),
    approvals: options.approvals,
    users,
    displays,
    apiTokens,
    tokens,
    pens,
    audit,
    saving,
    sessions,
    passphrases,
    throttle: new LoginThrottle(wallClock),
    devices,
    secondFactors,
    failures,
    identity,
    pseudonymOf,
    setup: first?.setup,
    closed: signInClosed,
    transport: isTls ? 'tls' : 'loopback',
    get fingerprint() {
      return certificate?.fingerprint;
    },
    run,
    stats: () => hub.stats(),
    streams,
    heartbeat,
    openApi: () => (openApi ??= openApiDocument(routes, { address, cookie: gate.cookieName })),
    logger,
  };
  registerRoutes(pages, routes, { gate, services });
  if (options.metrics !== undefined) measureDashboard(options.metrics.metrics, () => hub.stats(), failures);
  serveMetrics(app, config.metricsToken, options.metrics?.exposition, wallClock);
  serveProbes(app, () => view.parts(), wallClock);
  await servePages(pages, options.clientDir);
  serveBelow(app, basePath, pages);
  answerErrors(app, logger);
  server.on('request', app);
  const acceptor = acceptWebsockets(server, gate, hub, logger);

  const stop = async (): Promise<void> => {
    stopping.abort();
    await hub[Symbol.asyncDispose]();
    for (const late of acceptor.clients) late.terminate();
    acceptor.close();
    await stopListening(server);
    await gate.idle();
  };
  let stopped: Promise<void> | undefined;
  return {
    address,
    port,
    setupLink: first === undefined ? undefined : `${address}/#setup=${first.token}`,
    stats: () => hub.stats(),
    keepListening: (signal) => listener.keepOpen(signal),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  };
}

const pageLimits = (config: DashboardConfig): PageLimits => ({
  total: config.maxConnections,
  perUser: config.maxConnectionsPerUser,
  perAddress: config.maxConnectionsPerAddress,
});
