import type { Event } from '../../src/core/observation.ts';
import type { DeviceHealthConfig } from './device-health.ts';

/**
 * Score of a device at the last of `events`, computed from all of them: the largest of the time away, the share of failed
 * requests and the latency, each in units of its limit. @param usualMs largest median latency of normal operation, 0 if it is
 * unknown
 */
export function scoreByTwin(device: string, events: readonly Event[], config: DeviceHealthConfig, usualMs: number): number {
  const now = events.at(-1)?.time ?? Number.NaN;
  const own = events.filter((event) => 'device' in event && event.device === device);
  const lastUp = own.findLastIndex((event) => event.type === 'device' && event.state === 'up');
  const away = own.slice(lastUp + 1).find((event) => event.type === 'device');
  const hasAnswered = own.slice(lastUp + 1).some((event) => event.type === 'device' && event.quality !== undefined);
  const isConnecting = away?.type === 'device' && away.state === 'connecting' && !hasAnswered;
  const allowedMs = isConnecting ? config.connectingMs : config.silentMs;
  const silence = away === undefined ? 0 : Math.max(0, now - away.time) / allowedMs;

  const lastTrouble = own.findLastIndex((event) => event.type === 'device' && event.state !== 'up');
  const reports = own.slice(lastTrouble + 1).flatMap((event) => (event.type === 'device-health' ? [event] : []));
  const shares = reports
    .filter(({ requests, errors }) => requests >= 5 && errors / requests >= 0)
    .map(({ errors, requests }) => Math.min(1, errors / requests));
  const share = shares.reduce((sum, one, i) => sum + (one / 3) * (2 / 3) ** (shares.length - 1 - i), 0);
  const latency = reports.findLast(({ latencyMs }) => latencyMs >= 0 && latencyMs < Number.POSITIVE_INFINITY)?.latencyMs ?? 0;
  const slowness = usualMs > 0 ? latency / Math.max(config.latencyMs, config.latencyFactor * usualMs) : 0;
  return Math.max(silence, share / config.errorShare, slowness);
}
