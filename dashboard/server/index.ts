import { randomBytes } from 'node:crypto';
import express from 'express';
import type { Clock } from '../../src/core/clock.ts';
import type { BaselineReview, MonitorView } from '../../src/core/monitor.ts';
import type { Logger } from '../../src/core/plugin.ts';
import type { AuditLog, UserStore } from '../../src/core/state.ts';
import type { DashboardStats } from '../protocol.ts';
import { allowedOrigins, checkBinding, type DashboardConfig } from './config.ts';
import { Gate } from './gate.ts';
import { listen, stopListening } from './listen.ts';
import { LoginThrottle } from './login-throttle.ts';
import { secureHeaders, servePages } from './pages.ts';
import { defaultCost, type PassphraseCost, Passphrases } from './passphrases.ts';
import { registerRoutes } from './router.ts';
import { alertRoutes } from './routes/alerts.ts';
import { baselineRoutes } from './routes/baseline.ts';
import { doorRoutes } from './routes/door.ts';
import { historyRoutes } from './routes/history.ts';
import { labRoutes } from './routes/lab.ts';
import { maintenanceRoutes } from './routes/maintenance.ts';
import { plantRoutes } from './routes/plant.ts';
import { systemRoutes } from './routes/system.ts';
import { usersRoutes } from './routes/users.ts';
import { Sessions } from './sessions.ts';
import { SetupToken } from './setup-token.ts';
import { Hub } from './sockets/hub.ts';
import { acceptWebsockets } from './sockets/upgrade.ts';

export { type DashboardConfig, dashboardSchema } from './config.ts';
export type { PassphraseCost } from './passphrases.ts';

export interface DashboardOptions {
  readonly view: MonitorView;
  readonly users: UserStore;
  readonly audit: AuditLog;
  /** What was learned, for people to decide about; nothing is shown of it if not given. */
  readonly baseline?: BaselineReview | undefined;
  readonly config: DashboardConfig;
  /** Folder of the built client. */
  readonly clientDir: string;
  /** The machine's clock: sessions and frame rates count in it, also where the site's time is plant time. */
  readonly wallClock: Clock;
  readonly logger: Logger;
  /** What one guess of a passphrase costs; for tests. */
  readonly passphraseCost?: PassphraseCost | undefined;
}

export interface Dashboard extends AsyncDisposable {
  /** Where browsers find it, e.g. `http://127.0.0.1:4800`. */
  readonly address: string;
  readonly port: number;
  /** Carries the one-time token of the first start: for the console and nowhere else. Undefined when there are users. */
  readonly setupLink: string | undefined;
  stats(): DashboardStats;
}

/** Serves pages, questions and streams. @throws ScadaError CONFIG_INVALID where it would not be safe or possible to */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { view, users, audit, config, wallClock, logger } = options;
  checkBinding(config);
  const { server, port, fingerprint } = await listen(config);
  const stopping = new AbortController();
  const origins = allowedOrigins(config, port);
  const address = origins[0] ?? '';
  const isTls = config.tls !== undefined;
  const run = randomBytes(4).readUInt32LE();

  const idleMs = config.idleMinutes * 60_000;
  const absoluteMs = config.sessionHours * 3_600_000;
  const sessions = new Sessions(wallClock, { absoluteMs, idleMs });
  const passphrases = new Passphrases(options.passphraseCost ?? defaultCost);
  const first = users.list().length === 0 ? SetupToken.create(wallClock, config.setupMinutes * 60_000) : undefined;
  const gate = new Gate({
    sessions,
    origins,
    port,
    secure: isTls,
    cookieMaxAgeMs: absoluteMs,
    wallClock,
    signal: stopping.signal,
  });
  const hub = new Hub({ view, sessions, wallClock, run, maxConnections: config.maxConnections, logger });

  const app = express();
  secureHeaders(app, gate, isTls);
  registerRoutes(
    app,
    {
      ...doorRoutes({
        view,
        users,
        audit,
        sessions,
        passphrases,
        throttle: new LoginThrottle(wallClock),
        setup: first?.setup,
        transport: isTls ? 'tls' : 'loopback',
        fingerprint,
        logger,
      }),
      ...plantRoutes(view, run),
      ...historyRoutes(view),
      ...alertRoutes(view),
      ...baselineRoutes(options.baseline),
      ...maintenanceRoutes(view),
      ...systemRoutes(view, audit, () => hub.stats()),
      ...labRoutes(view, audit),
      ...usersRoutes({ view, users, audit, sessions, passphrases }),
    },
    gate,
    logger,
  );
  servePages(app, options.clientDir);
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
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  };
}
