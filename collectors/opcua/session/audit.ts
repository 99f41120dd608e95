import { ScadaError } from '../../../src/core/errors.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { SessionParts } from '../session-parts.ts';
import type { TagNodes } from '../requests/nodes.ts';
import { read, valueOf } from '../requests/services.ts';
import type { Subscription } from '../link/subscribed.ts';

/** Interval (ms of machine time) and number of tags of a comparison with the reported values. */
const everyMs = 30_000;
const tagsAtOnce = 100;
/** Minimum time within which a difference must be reported, ms. */
const leastPatienceMs = 5_000;

/**
 * Verifies subscriptions: a server can send keep-alives although it no longer reports changes. In rotation, a few tags are read
 * and compared with the last report. A difference must be reported within some sampling and keep-alive periods. If no report
 * arrives and the tag still differs, the subscription does not report changes.
 * @param clock the machine's clock: the server samples in real time, at any speed of a simulated plant
 * @throws ScadaError `retryable` DEVICE_TIMEOUT when a subscription withholds changes
 */
export async function auditReports(
  parts: SessionParts,
  nodes: TagNodes,
  subscriptions: () => readonly Subscription[],
  clock: Clock,
  signal: AbortSignal,
): Promise<never> {
  const { hold, limits, link, target } = parts;
  let cursor = 0;
  const differing = async (positions: readonly number[]): Promise<number[]> => {
    const requested = positions.flatMap((position) => {
      const node = nodes.at(position);
      return 'nodeId' in node && nodes.addresses[position]?.deadband === undefined ? [{ position, nodeId: node.nodeId }] : [];
    });
    const values = await read(
      link,
      requested.map(({ nodeId }) => valueOf(nodeId)),
      limits.read,
      signal,
    );
    return requested.flatMap(({ position }, i) => {
      const value = values[i];
      return value !== undefined && hold.differs(position, value) ? [position] : [];
    });
  };
  for (;;) {
    await clock.sleep(everyMs, signal);
    const members = subscriptions().flatMap((subscription) => [...subscription.members]);
    if (parts.config.deadband !== undefined || members.length === 0) continue;
    const chosen = Array.from(
      { length: Math.min(tagsAtOnce, members.length) },
      (_, i) => members[(cursor + i) % members.length] as number,
    );
    cursor = (cursor + chosen.length) % members.length;
    const backlogs = backlogsOf(subscriptions());
    const before = new Map(chosen.map((position) => [position, hold.noted(position)]));
    const suspects = await differing(chosen);
    if (suspects.length === 0) continue;
    const slowest = Math.max(...subscriptions().map(({ keepAliveMs, samplingMs }) => 2 * keepAliveMs + 2 * samplingMs));
    await clock.sleep(Math.max(slowest, leastPatienceMs), signal);
    const silent = (await differing(suspects)).filter((position) => hold.noted(position) === before.get(position));
    const [first] = silent;
    // A server with a backlog is not silent.
    if (first === undefined || backlogsOf(subscriptions()) !== backlogs) continue;
    const name = target.tags.at(parts.tags[first] as number).name;
    throw new ScadaError(
      'retryable',
      'DEVICE_TIMEOUT',
      `${target.device}: the subscription sends keep-alives, but not the changes of ${silent.length} tags, the first is ${name}`,
      { hint: 'if this comes again and again, set `mode: poll` for this server' },
    );
  }
}

const backlogsOf = (subscriptions: readonly Subscription[]): number =>
  subscriptions.reduce((sum, { backlogs }) => sum + backlogs, 0);
