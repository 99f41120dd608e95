import { observeBatch, observeEvent } from '../../src/core/observation.ts';
import { isBad, Quality, qualityName } from '../../src/core/quality.ts';
import type { TaskScope } from '../../src/core/scope.ts';
import { addressesOf } from './addresses.ts';
import { guard, type Life } from './guard.ts';
import { abortable, type Link, type Push, type SessionParts } from './link.ts';
import { readServerTime, resolveNodes } from './nodes.ts';
import { type Item, Subscription } from './subscription.ts';

/** Nodes that the server did not have are asked for again this seldom: a server that starts may still be filling its tables. */
const retryMs = 60_000;

/** Subscribes to the device's tags, passes on what comes and holds what does not, and notices when nothing comes at all. */
export async function watchTags(parts: SessionParts, link: Link, push: Push, scope: TaskScope): Promise<void> {
  const { config, client, context } = parts;
  const { signal } = scope;
  const subscription = await link.request(() => Subscription.create(client.session, config.publishingMs), signal);
  const all = parts.tags.map((_, position) => position);
  let missing = await watchSome(parts, link, push, subscription, all, signal);
  const life: Life = { heardAt: context.clock.monotonic(), busy: false };
  scope.start(async (stop) => await passOn(parts, link, push, subscription, life, stop));
  scope.start(async (stop) => {
    const serverTime = async () => await link.request(() => readServerTime(client.session), stop);
    await guard({ context, device: parts.target.device, keepAliveMs: subscription.keepAliveMs, life, serverTime }, stop);
  });
  scope.start(async (stop) => {
    while (missing.length > 0) {
      await context.clock.sleep(retryMs, stop);
      missing = await watchSome(parts, link, push, subscription, missing, stop);
    }
  });
}

/** Adds tags to the subscription. Returns the positions of those that the server does not have. */
async function watchSome(
  parts: SessionParts,
  link: Link,
  push: Push,
  subscription: Subscription,
  positions: readonly number[],
  signal: AbortSignal,
): Promise<number[]> {
  const { client, config, context, facts, hold, tags, target } = parts;
  const statuses = new Map<number, number>();
  const resolved = await link.request(() => resolveNodes(client.session, facts, addressesOf(parts, positions)), signal);
  const items = resolved.flatMap((node, i): Item[] => {
    const position = positions[i] as number;
    if ('quality' in node) {
      statuses.set(position, node.quality);
      return [];
    }
    const { scanMs } = target.tags.at(tags[position] as number);
    const queueSize = config.queueSize ?? Math.ceil(config.publishingMs / scanMs) + 2;
    return [{ position, nodeId: node.nodeId, samplingMs: config.sampling === 'change' ? 0 : scanMs, queueSize }];
  });
  const perCall = Math.min(config.itemsPerCall, facts.itemsPerCall);
  const answers = await link.request(() => subscription.watch(items, perCall), signal);
  items.forEach(({ position }, i) => statuses.set(position, answers[i] ?? Quality.BadCommunicationError));
  const missing = positions.filter((position) => isBad(statuses.get(position) ?? 0));
  const now = context.clock.now();
  for (const position of missing) hold.fail(position, statuses.get(position) ?? 0, now);
  if (missing.length > 0) {
    const code = qualityName(statuses.get(missing[0] as number) ?? 0);
    const affected = missing.map((position) => tags[position] as number);
    const message = `${target.device}: ${missing.length} of ${positions.length} tags can not be watched, the first is ${target.tags.at(affected[0] as number).name}: ${code}`;
    await push(observeEvent({ type: 'poll-failed', time: now, device: target.device, code, message, tags: affected }), signal);
  }
  return missing;
}

async function passOn(
  parts: SessionParts,
  link: Link,
  push: Push,
  subscription: Subscription,
  life: Life,
  signal: AbortSignal,
): Promise<void> {
  const { config, context, hold, target } = parts;
  const { clock } = context;
  const dropped = async (queue: string, count: number): Promise<void> => {
    if (count > 0)
      await push(observeEvent({ type: 'dropped', time: clock.now(), queue: `${target.device}: ${queue}`, count }), signal);
  };
  for (;;) {
    life.heardAt = clock.monotonic();
    life.busy = false;
    const { changes, lost } = await abortable(subscription.next(), signal).catch((thrown: unknown) => {
      throw signal.aborted ? thrown : link.failure(thrown);
    });
    life.busy = true;
    const batch = hold.report(changes, clock.now(), config.publishingMs);
    if (batch !== undefined) await push(observeBatch(batch), signal);
    await dropped('notifications', lost);
    await dropped('queues in the server', hold.takeOverflows());
  }
}
