import { ScadaError } from '../../../src/core/errors.ts';
import { observeEvent } from '../../../src/core/observation.ts';
import { readServerTime } from '../requests/facts.ts';
import type { Push, SessionParts } from '../session-parts.ts';
import { Quality } from '../../../src/core/quality.ts';
import type { Resolved, TagNodes } from '../requests/nodes.ts';
import type { Facets } from './memory.ts';
import { readEndpoints, readServer, readSignature } from './read.ts';

/**
 * Reads the server's posture at the beginning of the session and rarely after that, one request at a time within the device's
 * budget, and reports changes. What cannot be read keeps its stored state; values are not affected.
 */
export async function watchPosture(parts: SessionParts, nodes: TagNodes, push: Push, signal: AbortSignal): Promise<never> {
  const { config, context, target } = parts;
  // A full or broken disk must not cause the loss of values.
  const onDisk = async (what: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((thrown: unknown) => context.logger.warn(`${target.device}: ${what}: ${String(thrown)}`));
  };
  for (;;) {
    // Values have precedence over the posture.
    await context.clock.sleep(config.publishingMs, signal);
    await look(parts, nodes, push, signal);
    await onDisk('certificates cannot be checked', async () => await parts.checkCertificates());
    const { events, dropped } = parts.posture.take();
    for (const event of events) await push(observeEvent(event), signal);
    if (dropped > 0) {
      const queue = `${target.device}: posture`;
      await push(observeEvent({ type: 'dropped', time: context.clock.now(), queue, count: dropped }), signal);
    }
    await onDisk('posture cannot be kept for the next run', async () => await parts.posture.save());
    await context.clock.sleep(config.postureEveryMs, signal);
  }
}

async function look(parts: SessionParts, nodes: TagNodes, push: Push, signal: AbortSignal): Promise<void> {
  const { config, context, limits, link, posture, target } = parts;
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof ScadaError)) throw thrown;
      context.logger.info(`${target.device}: ${what} cannot be read: ${thrown.message}`);
    }
  };
  await attempt('the server object', async () => {
    for (const [subject, facets] of await readServer(link, limits.read, signal)) posture.observe(subject, facets);
  });
  await attempt('its clock', async () => {
    const offsetMs = await clockOffset(parts, signal);
    if (Number.isNaN(offsetMs)) return;
    await push(observeEvent({ type: 'clock', time: context.clock.now(), device: target.device, offsetMs }), signal);
  });
  await attempt('the list of endpoints', async () => {
    posture.observe('endpoints', await readEndpoints(link, config.endpoint, signal));
  });
  await attempt('the watched nodes', async () => {
    const signature = await readSignature(link, foundNodes(parts, nodes), limits.read, signal);
    posture.observe('address-space', { ...unsought(parts, nodes), ...signature });
  });
}

/** Offset of the server's clock to the real time, ms, corrected by half of the round trip. NaN if the server has no time. */
async function clockOffset({ limits, link, wall }: SessionParts, signal: AbortSignal): Promise<number> {
  const serverTime = await readServerTime(link, limits.read, signal);
  return serverTime - (wall.now() - link.roundTripMs / 2);
}

const isSought = (node: Resolved): boolean => !('quality' in node && node.quality === Quality.BadWaitingForInitialData);

/** Nodes of the tags that have been resolved, by tag name. */
function foundNodes({ tags, target }: SessionParts, nodes: TagNodes): ReadonlyMap<string, Resolved> {
  const found = new Map<string, Resolved>();
  for (const [position, tag] of tags.entries()) {
    const node = nodes.at(position);
    if (isSought(node)) found.set(target.tags.at(tag).name, node);
  }
  return found;
}

/** Stored state of tags that this session has not resolved yet: no change of them is reported. */
function unsought({ posture, tags, target }: SessionParts, nodes: TagNodes): Facets {
  const known = posture.known('address-space') ?? {};
  return Object.fromEntries(
    tags.flatMap((tag, position) => {
      const { name } = target.tags.at(tag);
      const before = isSought(nodes.at(position)) || !Object.hasOwn(known, name) ? undefined : known[name];
      return before === undefined ? [] : [[name, before]];
    }),
  );
}
