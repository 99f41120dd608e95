import type { DiscoveryPlan } from '../../../src/core/discovery.ts';
import type { OpcuaConfig } from '../config.ts';
import type { OpcuaDiscoveryOptions } from './options.ts';

/** Maximum number of operations in one request; fewer if the server states a lower limit. */
export const nodesPerRequest = 100;
/** Reads of limits, namespaces and identity when a session begins. */
export const greetingRequests = 3;

export const rateOf = (config: OpcuaConfig, { rate }: OpcuaDiscoveryOptions): number =>
  Math.min(rate, config.maxRequestsPerSecond);

/** Planned requests of a discovery. Their number depends on the server, so that the plan states the maximum. */
export function planBrowse(config: OpcuaConfig, options: OpcuaDiscoveryOptions): DiscoveryPlan {
  const { glob, maxNodes, depth, maxRequests } = options;
  const perSecond = rateOf(config, options);
  const where = glob === undefined ? 'everything below Objects but the Server object' : `what fits ${glob}`;
  const most = maxRequests + greetingRequests;
  return {
    operations: ['those of channel and session', 'Browse', 'BrowseNext', 'TranslateBrowsePathsToNodeIds', 'Read'],
    steps: [
      'limits, namespaces and identity of the server',
      `${where}: at most ${maxNodes} nodes, ${depth} names deep, ${nodesPerRequest} nodes to a request`,
      'of each variable its value, type, rank and description, and the properties that tell range, unit and states',
    ],
    usualRequests: undefined,
    mostRequests: most,
    requestsPerSecond: perSecond,
    seconds: most / perSecond,
    stops: ['when the server does not answer', 'Ctrl-C stops at once'],
  };
}
