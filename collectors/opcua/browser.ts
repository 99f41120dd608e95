import { systemClock } from '../../src/core/clock.ts';
import type { CollectorTarget } from '../../src/core/collector.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { RequestBudget } from '../../src/polling/budget.ts';
import { type BrowseBounds, propertyNode, walkTree } from './browse.ts';
import { openClientPki } from './certificates/pki.ts';
import { type OpenClient, openClient } from './client.ts';
import type { OpcuaConfig } from './config.ts';
import { type BrowsedNode, describeNodes } from './describe.ts';
import { readFacts, type ServerFacts } from './facts.ts';
import { failureOf } from './failures.ts';
import { quietLibrary } from './library-log.ts';
import { ServerLimits } from './limits.ts';
import { Link } from './link.ts';

/** What was found, in the order of the walk: parents before children. */
export interface BrowsedTree {
  readonly nodes: readonly BrowsedNode[];
  /** Why there may be more; empty where everything was seen. */
  readonly incomplete: string;
}

/**
 * A server opened to be looked at rather than to be collected: with the same security, the same request budget and the same
 * limits, one request at a time, by Browse, TranslateBrowsePaths and Read alone.
 */
export class OpcuaBrowser implements AsyncDisposable {
  readonly #client: OpenClient;
  readonly #link: Link;
  readonly #limits: ServerLimits;
  readonly facts: ServerFacts;

  private constructor(client: OpenClient, link: Link, limits: ServerLimits, facts: ServerFacts) {
    this.#client = client;
    this.#link = link;
    this.#limits = limits;
    this.facts = facts;
  }

  /** @throws ScadaError as a collector's `connect` does, e.g. DEVICE_UNTRUSTED with what to do */
  static async open(
    config: OpcuaConfig,
    target: Pick<CollectorTarget, 'device' | 'dataDir'>,
    context: PluginContext,
    signal: AbortSignal,
  ): Promise<OpcuaBrowser> {
    quietLibrary(context.logger);
    const pki = await openClientPki(target.dataDir);
    const client = await openClient(config, target, pki, pki.current, signal);
    try {
      const budget = new RequestBudget(systemClock, config.maxRequestsPerSecond);
      const link = new Link({ config, target, context, client, budget });
      const limits = new ServerLimits(config);
      const facts = await readFacts(link, limits.read, signal);
      limits.tell(facts);
      return new OpcuaBrowser(client, link, limits, facts);
    } catch (thrown) {
      await client[Symbol.asyncDispose]();
      signal.throwIfAborted();
      throw failureOf(target.device, config.endpoint, thrown);
    }
  }

  /** Requests that were sent so far. */
  get requests(): number {
    return this.#client.stats().requests;
  }

  /**
   * The tree below the Objects folder, or what of it matches a pattern, with what the server says of each node. Methods, types,
   * properties and the Server object are left out.
   * @param options.glob browse path with `*`, `?`, `[…]`, `{a,b}` within a name and `**` for any number of names
   * @throws ScadaError when the connection is lost
   */
  async browseTree(
    signal: AbortSignal,
    options: { readonly glob?: string; readonly bounds?: BrowseBounds } = {},
  ): Promise<BrowsedTree> {
    const { nodes, incomplete } = await walkTree(this.#link, this.#limits, signal, options);
    const own = nodes.filter(({ typeDefinition }) => typeDefinition !== propertyNode);
    return { nodes: await describeNodes(this.#link, this.#limits, own, signal), incomplete };
  }

  /** The nodes that a pattern matches, without what the server says of them: NodeIds and paths. */
  async expandGlob(
    glob: string,
    signal: AbortSignal,
    bounds?: BrowseBounds,
  ): Promise<{ readonly nodes: readonly { readonly nodeId: string; readonly path: string }[]; readonly incomplete: string }> {
    const walk = await walkTree(this.#link, this.#limits, signal, bounds === undefined ? { glob } : { glob, bounds });
    const nodes = walk.nodes.map(({ nodeId, path }) => ({ nodeId: nodeId.toString().replace(/^ns=0;/, ''), path }));
    return { nodes, incomplete: walk.incomplete };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}
