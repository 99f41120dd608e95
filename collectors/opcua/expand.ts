import { NodeClass } from 'node-opcua-client';
import { systemClock } from '../../src/core/clock.ts';
import type { TagMatch } from '../../src/core/collector.ts';
import type { DiscoveryTarget } from '../../src/core/discovery.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { RequestBudget } from '../../src/ingest/polling/budget.ts';
import { propertyNode, type TreeNode, walkTree } from './requests/browse.ts';
import { openClientPki } from './certificates/pki.ts';
import { openClient } from './connection/client.ts';
import { addressSchema, type OpcuaConfig } from './config.ts';
import { readFacts } from './requests/facts.ts';
import { quietLibrary } from './connection/library-log.ts';
import { ServerLimits } from './requests/limits.ts';
import { Link } from './link/link.ts';
import { namesOf, patternBounds } from './requests/paths.ts';

/**
 * Browses a server for the variables that match paths with patterns, one request at a time within the device's budget. Properties
 * of a variable (EURange …) do not match.
 * @throws ScadaError `config` for an address that is not a path, `retryable` if the tree could not be browsed completely
 */
export async function expand(
  config: OpcuaConfig,
  target: DiscoveryTarget,
  addresses: readonly unknown[],
  context: PluginContext,
  signal: AbortSignal,
): Promise<readonly (readonly TagMatch[])[]> {
  quietLibrary(context.logger);
  const { device } = target;
  const patterns = addresses.map((address) => {
    const parsed = addressSchema.parse(address);
    if ('path' in parsed) return parsed;
    const hint = "give a `path` with patterns, e.g. {path: '/2:Pumping/**'}";
    throw new ScadaError('config', 'CONFIG_INVALID', `${device}: an entry that stands for many tags has no path`, { hint });
  });
  const pki = await openClientPki(target.dataDir, systemClock);
  const budget = new RequestBudget(systemClock, config.maxRequestsPerSecond);
  await using client = await openClient({ budget, config, own: pki.current, pki, target }, signal);
  const link = new Link({ config, target, context, client, budget });
  const limits = new ServerLimits(config);
  limits.state((await readFacts(link, limits.read, signal)).limits);
  const found: TagMatch[][] = [];
  for (const { path: glob, ...rest } of patterns) {
    const { nodes, incomplete } = await walkTree(link, limits, signal, { glob, bounds: patternBounds });
    if (incomplete !== '') throw new ScadaError('retryable', 'DEVICE_REFUSED', `${device}: ${glob}: ${incomplete}`);
    const variables = nodes.filter(isVariable).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    found.push(variables.map(({ path }) => ({ path: namesOf(path), address: { ...rest, path } })));
  }
  return found;
}

const isVariable = ({ nodeClass, typeDefinition }: TreeNode): boolean =>
  nodeClass === NodeClass.Variable && typeDefinition !== propertyNode;
