import type { Express, Request, Response } from 'express';
import type { Clock } from '../../src/core/clock.ts';
import type { PartState, PartStatus } from '../../src/core/supervisor.ts';
import { TokenBucket } from '../../src/core/token-bucket.ts';

/** Rate limit of probes of all clients; an orchestrator sends one every few seconds. */
const probes = { perSecond: 20, burst: 60 };
const worse: readonly PartState[] = ['running', 'restarting', 'failed'];

/**
 * Serves `/healthz` (the process answers) and `/readyz` (200 if every part runs, otherwise 503). Both need no sign-in, so they return
 * only names and states of parts: no device, no notifier, no error.
 */
export function serveProbes(app: Express, parts: () => readonly PartStatus[], wallClock: Clock): void {
  const bucket = new TokenBucket(wallClock, probes.perSecond, probes.burst);
  const admit = (response: Response): boolean => {
    if (bucket.take()) return true;
    response.status(429).json({ code: 'too-many', message: 'Too many requests. Send at most 20 probes a second.' });
    return false;
  };
  app.get('/healthz', (_request: Request, response: Response) => {
    if (admit(response)) response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request: Request, response: Response) => {
    if (!admit(response)) return;
    const states = publicStates(parts());
    const isReady = Object.values(states).every((state) => state === 'running');
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready', parts: states });
  });
}

/** The worst state of each kind of part: `collect plc1` and `collect ua1` are `collect`. */
export function publicStates(parts: readonly PartStatus[]): Readonly<Record<string, PartState>> {
  const states = new Map<string, PartState>();
  for (const { name, state } of parts) {
    const kind = /^(?:collect|notify) /.exec(name)?.[0].trim() ?? name;
    const before = states.get(kind) ?? 'running';
    states.set(kind, worse.indexOf(state) > worse.indexOf(before) ? state : before);
  }
  return Object.fromEntries(states);
}
