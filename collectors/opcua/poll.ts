import { isAbort, type ScadaError } from '../../src/core/errors.ts';
import { observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { addressesOf } from './addresses.ts';
import type { Change } from './hold.ts';
import type { Link, Push, SessionParts } from './link.ts';
import { chunks, type Resolved, resolveNodes, valueOf } from './nodes.ts';

/** Tags that are read together. */
interface ScanClass {
  readonly periodMs: number;
  readonly positions: readonly number[];
  dueAt: number;
}

/**
 * Reads the device's tags, each class at its period, one request in flight. A cycle that takes longer than its period skips,
 * it never queues up. A part that can not be read once keeps its last values as uncertain; the second time in a row the
 * session ends.
 */
export async function pollTags(parts: SessionParts, link: Link, push: Push, signal: AbortSignal): Promise<never> {
  const { client, context, facts, target } = parts;
  const { clock } = context;
  const all = parts.tags.map((_, position) => position);
  const nodes = await link.request(() => resolveNodes(client.session, facts, addressesOf(parts, all)), signal);
  nodes.forEach((node, position) => {
    if ('quality' in node) parts.hold.fail(position, node.quality, clock.now());
  });
  const classes = scanClasses(parts, clock.monotonic());
  let perRead = Math.min(parts.config.nodesPerRead, facts.nodesPerRead);
  const failedBefore = new Set<ScanClass>();
  for (;;) {
    const next = classes.reduce((first, other) => (other.dueAt < first.dueAt ? other : first));
    await clock.sleep(next.dueAt - clock.monotonic(), signal);
    try {
      await readClass(parts, link, push, nodes, next.positions, perRead, signal);
      failedBefore.delete(next);
    } catch (thrown) {
      if (signal.aborted && isAbort(thrown)) throw thrown;
      const error = link.failure(thrown);
      if (error.message.includes('BadTooManyOperations') && perRead > 1) perRead = Math.ceil(perRead / 2);
      else if (failedBefore.has(next)) throw error;
      else failedBefore.add(next);
      await report(parts, push, next, error, signal);
    }
    const late = Math.max(0, clock.monotonic() - next.dueAt);
    next.dueAt += next.periodMs * (Math.floor(late / next.periodMs) + 1);
    context.logger.debug(`${target.device}: read ${next.positions.length} tags, ${late} ms after they were due`);
  }
}

function scanClasses({ tags, target }: SessionParts, now: number): ScanClass[] {
  const byPeriod = Map.groupBy(tags.keys(), (position) => target.tags.at(tags[position] as number).scanMs);
  return [...byPeriod].map(([periodMs, positions]) => ({ periodMs, positions, dueAt: now }));
}

async function readClass(
  { client, context, hold }: SessionParts,
  link: Link,
  push: Push,
  nodes: readonly Resolved[],
  positions: readonly number[],
  perRead: number,
  signal: AbortSignal,
): Promise<void> {
  for (const part of chunks(positions, perRead)) {
    const asked = part.flatMap((position) => {
      const node = nodes[position];
      return node !== undefined && 'nodeId' in node ? [{ position, nodeId: node.nodeId }] : [];
    });
    // The server may answer from what it sampled a moment ago: it need not bother its own devices for us.
    const values =
      asked.length === 0
        ? []
        : await link.request(
            () =>
              client.session.read(
                asked.map(({ nodeId }) => valueOf(nodeId)),
                500,
              ),
            signal,
          );
    const now = context.clock.now();
    const changes: Change[] = [];
    const failed: number[] = part.filter((position) => !('nodeId' in (nodes[position] ?? {})));
    asked.forEach(({ position }, i) => {
      const value = values[i];
      if (value !== undefined) changes.push({ clientHandle: position, value });
      else {
        hold.fail(position, Quality.BadCommunicationError, now);
        failed.push(position);
      }
    });
    await push(observeBatch(hold.poll(changes, failed, now)), signal);
  }
}

async function report(
  { context, hold, tags, target }: SessionParts,
  push: Push,
  { positions }: ScanClass,
  error: ScadaError,
  signal: AbortSignal,
): Promise<void> {
  const time = context.clock.now();
  await push(observeBatch(hold.missed(positions, time)), signal);
  const affected = positions.map((position) => tags[position] as number);
  await push(
    observeEvent({ type: 'poll-failed', time, device: target.device, code: error.code, message: error.message, tags: affected }),
    signal,
  );
}
