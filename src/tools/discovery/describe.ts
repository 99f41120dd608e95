import { formatDuration } from '../../core/format.ts';
import type { DiscoveryPlan } from '../../core/discovery.ts';

/** Text of a discovery plan. */
export function describePlan(device: string, plan: DiscoveryPlan): string {
  const { operations, steps, usualRequests, mostRequests, requestsPerSecond, seconds, stops } = plan;
  const count =
    usualRequests === undefined
      ? `at most ${mostRequests} requests`
      : `${usualRequests} requests (never more than ${mostRequests})`;
  return [
    `Requests to ${device}:`,
    ...steps.map((step) => `  ${step}`),
    `By reads alone: ${operations.join('; ')}`,
    `${count}, one at a time, no second sees more than ${requestsPerSecond}: about ${formatDuration(1_000 * Math.ceil(seconds))}${usualRequests === undefined ? ' at most, if all are answered at once' : ', if all are answered at once'}`,
    ...stops.map((stop) => `  ${stop}`),
  ].join('\n');
}
