import { NodeClass } from 'node-opcua-client';
import type { Clock } from '../../../src/core/clock.ts';
import type { Discovered, DiscoveryTarget } from '../../../src/core/discovery.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import { RequestBudget } from '../../../src/ingest/polling/budget.ts';
import { propertyNode, type TreeNode, walkTree } from '../requests/browse.ts';
import { openClientPki } from '../certificates/pki.ts';
import { type OpenClient, openClient } from '../connection/client.ts';
import type { OpcuaConfig } from '../config.ts';
import { describeNodes } from '../describe.ts';
import { readFacts } from '../requests/facts.ts';
import { quietLibrary } from '../connection/library-log.ts';
import { ServerLimits } from '../requests/limits.ts';
import { Link } from '../link/link.ts';
import { BoundedRequester, Ended } from './requester.ts';
import { placesOf } from './places.ts';
import { nodesPerRequest, rateOf } from './plan.ts';
import { judge } from './points.ts';
import type { OpcuaDiscoveryOptions } from './options.ts';

/** Variables that are read between two checks whether to continue. */
const chunk = 50;
/** Maximum number of variables named per reason for omission. */
const mostNamed = 5;

/** @param machine machine time, for the request rate */
export async function* discover(
  config: OpcuaConfig,
  options: OpcuaDiscoveryOptions,
  target: DiscoveryTarget,
  context: PluginContext,
  signal: AbortSignal,
  machine: Clock,
): AsyncGenerator<Discovered, void, void> {
  quietLibrary(context.logger);
  const pki = await openClientPki(target.dataDir, machine);
  const budget = new RequestBudget(machine, rateOf(config, options));
  await using client: OpenClient = await openClient({ budget, config, own: pki.current, pki, target }, signal);
  const link = new Link({ config, target, context, client, budget });
  const limits = new ServerLimits(config);
  const facts = await readFacts(link, limits.read, signal);
  limits.state(facts.limits);
  limits.browse.state(Math.min(facts.limits.nodesPerBrowse, nodesPerRequest));
  limits.translate.state(Math.min(facts.limits.pathsPerTranslate, nodesPerRequest));
  yield { kind: 'settings', settings: descriptionOf(facts.identity) };

  const requester = new BoundedRequester(link, options.maxRequests, signal);
  // The walk itself is never aborted, so that its partial result is kept.
  const never = new AbortController().signal;
  const bounds = { nodes: options.maxNodes, depth: options.depth };
  const walking = walkTree(requester, limits, never, { bounds, ...(options.glob === undefined ? {} : { glob: options.glob }) });
  yield { kind: 'progress', done: 0.01, text: 'browsing' };
  const walk = await walking;
  const nodes = walk.nodes.filter(isPlantVariable);
  if (requester.ended === '' && walk.incomplete !== '') yield { kind: 'loss', text: walk.incomplete };

  const places = placesOf(nodes);
  const left = new Map<string, string[]>();
  let done = 0;
  try {
    for (; done < nodes.length; done += chunk) {
      yield { kind: 'progress', done: done / nodes.length, text: `${done} of ${nodes.length} variables` };
      const variables = await describeNodes(requester, limits, nodes.slice(done, done + chunk), never);
      for (const [i, variable] of variables.entries()) {
        const place = places[done + i];
        if (place === undefined) continue;
        const judged = judge(variable, place, facts.namespaces);
        if ('point' in judged) yield { kind: 'point', point: judged.point };
        else left.set(judged.loss, [...(left.get(judged.loss) ?? []), variable.path]);
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof Ended)) throw thrown;
  }
  if (requester.ended !== '') {
    const unread = Math.max(0, nodes.length - done);
    yield {
      kind: 'loss',
      text: `${requester.ended}; of the ${nodes.length} variables that were found by then ${unread} were not read`,
    };
  }
  for (const [reason, paths] of left) yield { kind: 'loss', text: lossText(reason, paths) };
}

/** Properties (EURange …) are not variables of their own, and nodes of the standard describe the server, not the plant. */
const isPlantVariable = ({ nodeClass, nodeId, typeDefinition }: TreeNode): boolean =>
  nodeClass === NodeClass.Variable && nodeId.namespace !== 0 && typeDefinition !== propertyNode;

function descriptionOf({ manufacturer, product, softwareVersion }: Readonly<Record<string, string>>): Record<string, string> {
  const description = [manufacturer, product, softwareVersion].filter((text) => text !== undefined && text !== '').join(' ');
  return description === '' ? {} : { description };
}

function lossText(reason: string, paths: readonly string[]): string {
  const named = paths.slice(0, mostNamed).join(', ');
  const more = paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : '';
  return `${named}${more}: ${reason}`;
}
