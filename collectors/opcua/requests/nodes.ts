import { AttributeIds, coerceNodeId, type NodeId } from 'node-opcua-client';
import { observeEvent } from '../../../src/core/observation.ts';
import { Quality, qualityName } from '../../../src/core/quality.ts';
import { walkTree } from './browse.ts';
import { addressSchema, type OpcuaAddress } from '../config.ts';
import type { Push, SessionParts } from '../session-parts.ts';
import { browsePathOf, mayBeGlob, patternBounds } from './paths.ts';
import { read, translate } from './services.ts';

/** Node of a tag, or the quality that the tag has instead and the reason. */
export type Resolved = { readonly nodeId: NodeId } | { readonly quality: number; readonly reason: string };

/** Maximum number of matches of a pattern that an error names. */
const namedMatches = 5;

/** Nodes of one device's tags, found by their addresses. An address without a node gives a quality, not an error. */
export class TagNodes {
  readonly #parts: SessionParts;
  readonly #nodes: Resolved[];
  readonly addresses: readonly OpcuaAddress[];

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const waiting: Resolved = { quality: Quality.BadWaitingForInitialData, reason: 'not looked for yet' };
    this.#nodes = parts.tags.map(() => waiting);
    // The loader has validated them; they are parsed again to be typed.
    this.addresses = parts.tags.map((tag) => addressSchema.parse(parts.target.tags.at(tag).address));
  }

  /** Last result for the tag. */
  at(position: number): Resolved {
    const node = this.#nodes[position];
    if (node === undefined) throw new RangeError(`the device has no tag at position ${position}`);
    return node;
  }

  /**
   * Adopts the node that was monitored before; it stands for a pattern that was not searched again. Returns false if the tag's
   * node is a different one now.
   */
  take(position: number, nodeId: NodeId): boolean {
    const node = this.at(position);
    if ('nodeId' in node) return node.nodeId.toString() === nodeId.toString();
    if (this.#globOf(position) === undefined) return false;
    this.#nodes[position] = { nodeId };
    return true;
  }

  /** The node exists, but cannot be used: it counts as not found until the next search. */
  refuse(position: number, quality: number, reason: string): void {
    this.#nodes[position] = { quality, reason };
  }

  /** Positions whose node has not been found. */
  missing(): number[] {
    return [...this.#nodes.keys()].filter((position) => 'quality' in this.at(position));
  }

  /** Missing positions that may be patterns. They need a walk, and are searched when the others are being monitored. */
  patterns(): number[] {
    return this.missing().filter((position) => this.#globOf(position) !== undefined);
  }

  /** Searches the nodes at some positions, by NodeId, namespace URI or exact path. */
  async find(wanted: readonly number[], signal: AbortSignal): Promise<void> {
    const { link, limits } = this.#parts;
    const positions = wanted.filter((position) => !limits.quarantine.isHeld(position));
    for (const position of wanted) {
      if (limits.quarantine.isHeld(position)) this.refuse(position, Quality.BadCommunicationError, breaker);
    }
    const paths: { readonly position: number; readonly path: string }[] = [];
    for (const position of positions) {
      const address = this.addresses[position];
      if (address === undefined) continue;
      if ('path' in address) paths.push({ position, path: address.path });
      else this.#nodes[position] = this.#direct(address);
    }
    const results = await translate(
      link,
      paths.map(({ path }) => browsePathOf(path)),
      limits.translate,
      signal,
    );
    for (const [i, { position }] of paths.entries()) {
      const result = results[i];
      const targets = typeof result === 'object' && result.statusCode.isGood() ? (result.targets ?? []) : [];
      const status = typeof result === 'object' ? result.statusCode.value : result;
      const target = targets[0]?.targetId;
      this.#nodes[position] =
        target === undefined
          ? { quality: status || Quality.BadNodeIdUnknown, reason: 'the path leads to no node' }
          : { nodeId: coerceNodeId(target) };
    }
    await this.#refuseArrays(positions, signal);
  }

  /** Searches the node of a pattern, which must match exactly one. */
  async findPattern(position: number, signal: AbortSignal): Promise<void> {
    const { link, limits } = this.#parts;
    const glob = this.#globOf(position);
    if (glob === undefined) return;
    const { nodes, incomplete } = await walkTree(link, limits, signal, { glob, bounds: patternBounds });
    const [first, second] = nodes;
    if (first !== undefined && second === undefined && incomplete === '') {
      this.#nodes[position] = { nodeId: first.nodeId };
      await this.#refuseArrays([position], signal);
    } else if (first === undefined) {
      this.refuse(position, Quality.BadNodeIdUnknown, `${glob} matches no node${incomplete === '' ? '' : `; ${incomplete}`}`);
    } else if (second === undefined) {
      this.refuse(position, Quality.BadConfigurationError, `${glob} matches ${first.path}, and there may be more: ${incomplete}`);
    } else {
      const names = nodes.slice(0, namedMatches).map(({ path }) => path);
      const more = nodes.length > namedMatches ? ' …' : '';
      const reason = `${glob} matches ${nodes.length} nodes where it must match one: ${names.join(', ')}${more}`;
      this.refuse(position, Quality.BadConfigurationError, reason);
    }
  }

  /** Reports which of the tags have no node, and the reason of the first one. */
  async report(positions: readonly number[], push: Push, signal: AbortSignal): Promise<void> {
    const { context, tags, target } = this.#parts;
    const missing = positions.filter((position) => 'quality' in this.at(position));
    const [first] = missing;
    const node = first === undefined ? undefined : this.at(first);
    if (first === undefined || node === undefined || !('quality' in node)) return;
    const code = qualityName(node.quality);
    const affected = missing.map((position) => tags[position] as number);
    const name = target.tags.at(affected[0] as number).name;
    const message = `${target.device}: ${missing.length} of ${tags.length} tags have no node that can be collected, the first is ${name}: ${code}: ${node.reason}`;
    const time = context.clock.now();
    await push(observeEvent({ type: 'poll-failed', time, device: target.device, code, message, tags: affected }), signal);
  }

  #globOf(position: number): string | undefined {
    const address = this.addresses[position];
    return address !== undefined && 'path' in address && mayBeGlob(address.path) ? address.path : undefined;
  }

  #direct(address: Exclude<OpcuaAddress, { path: string }>): Resolved {
    if ('node' in address) return { nodeId: coerceNodeId(address.node) };
    const index = this.#parts.facts.namespaces.indexOf(address.namespaceUri);
    if (index >= 0) return { nodeId: coerceNodeId(`ns=${index};${address.id}`) };
    return { quality: Quality.BadNodeIdUnknown, reason: `the server has no namespace ${address.namespaceUri}` };
  }

  /**
   * An array cannot be the value of a tag and may have any size, so that it is never read. A missing node is detected on reading.
   */
  async #refuseArrays(positions: readonly number[], signal: AbortSignal): Promise<void> {
    const { link, limits } = this.#parts;
    const found = positions.flatMap((position) => {
      const node = this.at(position);
      return 'nodeId' in node ? [{ position, nodeId: node.nodeId }] : [];
    });
    const ranks = await read(
      link,
      found.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.ValueRank })),
      limits.read,
      signal,
    );
    for (const [i, { position }] of found.entries()) {
      const answer = ranks[i];
      if (answer === undefined) continue;
      const rank: unknown = answer.value?.value;
      if (answer.statusCode.isGood() && typeof rank === 'number' && rank >= 0) {
        this.refuse(position, Quality.BadTypeMismatch, 'the node is an array');
      }
      if (gone.has(answer.statusCode.value)) this.refuse(position, answer.statusCode.value, 'the server does not know the node');
    }
  }
}

const breaker = 'sessions broke whenever it was asked for; it is left alone for an hour';

/** BadNodeIdInvalid and BadNodeIdUnknown. */
const gone: ReadonlySet<number> = new Set([0x80330000, Quality.BadNodeIdUnknown]);
