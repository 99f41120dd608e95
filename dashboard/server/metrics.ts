import type { Express, Request, Response } from 'express';
import type { Clock } from '../../src/core/clock.ts';
import type { Metric, Metrics } from '../../src/core/metrics.ts';
import { TokenBucket } from '../../src/core/token-bucket.ts';
import { sameHash, sha256 } from '../accounts/secrets.ts';
import type { SignInWatch } from '../accounts/sign-in-watch.ts';
import type { DashboardStats } from '../protocol.ts';

/** Rate limit of scrapes; a server of Prometheus sends one every few seconds. */
const scrapes = { perSecond: 5, burst: 20 };

const connections: Metric = { type: 'gauge', name: 'scadawatch_dashboard_connections', help: 'Open pages of the dashboard.' };
const sessions: Metric = { type: 'gauge', name: 'scadawatch_dashboard_sessions', help: 'Signed-in browsers.' };
const skipped: Metric = {
  type: 'counter',
  name: 'scadawatch_dashboard_frames_skipped_total',
  help: 'Value updates that were left out for pages that read too slowly.',
};
const failed: Metric = { type: 'counter', name: 'scadawatch_sign_in_failures_total', help: 'Failed sign-ins.' };

/** Metrics that the dashboard adds to those of the monitor, and shows. */
export interface DashboardMetrics {
  readonly metrics: Metrics;
  readonly exposition: { readonly contentType: string; text(): Promise<string> };
}

/** Adds the dashboard's own metrics. */
export function measureDashboard(metrics: Metrics, stats: () => DashboardStats, failures: SignInWatch): void {
  metrics.observe(connections, () => [{ value: stats().connections }]);
  metrics.observe(sessions, () => [{ value: stats().sessions }]);
  metrics.observe(skipped, () => [{ value: stats().framesSkipped }]);
  metrics.observe(failed, () => [{ value: failures.total }]);
}

/**
 * Serves `/metrics` to clients that send the bearer token. Without a token in the configuration the route does not exist. The token is
 * compared by hashes in constant time, and is never logged.
 */
export function serveMetrics(
  app: Express,
  token: string | undefined,
  exposition: DashboardMetrics['exposition'] | undefined,
  wallClock: Clock,
): void {
  const bucket = new TokenBucket(wallClock, scrapes.perSecond, scrapes.burst);
  const expected = token === undefined ? undefined : sha256(token);
  app.get('/metrics', async (request: Request, response: Response) => {
    if (expected === undefined || exposition === undefined) {
      response
        .status(404)
        .json({ code: 'not-found', message: 'Metrics are off. Set dashboard.metricsToken to a secret to use them.' });
      return;
    }
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!sameHash(sha256(given), expected)) {
      const message = 'The bearer token is missing or wrong. Send the value of dashboard.metricsToken.';
      response.status(401).setHeader('WWW-Authenticate', 'Bearer').json({ code: 'unauthenticated', message });
      return;
    }
    if (!bucket.take()) {
      response.status(429).json({ code: 'too-many', message: 'Too many requests. Scrape at most 5 times a second.' });
      return;
    }
    response
      .status(200)
      .setHeader('Content-Type', exposition.contentType)
      .send(await exposition.text());
  });
}
