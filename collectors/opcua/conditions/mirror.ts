import { AttributeIds, type EventFieldList, MonitoringMode, StatusCodes } from 'node-opcua-client';
import { systemClock } from '../../../src/core/clock.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import { observeEvent } from '../../../src/core/observation.ts';
import { BoundedQueue } from '../../../src/core/queue.ts';
import { Rounds } from '../../../src/core/rounds.ts';
import type { TaskScope } from '../../../src/core/scope.ts';
import { abortable } from '../connection/request-queue.ts';
import type { Push, SessionParts } from '../session-parts.ts';
import { read } from '../requests/services.ts';
import { codeOf } from '../requests/status.ts';
import { Subscriptions } from '../subscription/subscription.ts';
import { alarmFilter, readAlarm, type AlarmReport } from './filter.ts';

/** Server object, which notifies of all events of a server (OPC 10000-5, 6.3.1). */
const serverObject = 'i=2253';
/** SubscribeToEvents bit of EventNotifier. */
const subscribeToEvents = 0x01;
/** Client handle of the events; tags use their positions. */
const handle = 0xffffffff;
/** Maximum number of events queued by the server between two reports, and by the collector for its consumer. */
const mostWaiting = 1_000;
/** Publishing period of alarms if values are polled, ms. */
const aloneMs = 1_000;
/** StatusCodes of a server that cannot filter by type; the subscription is then repeated without the filter. */
const filterRefused: ReadonlySet<number> = new Set(
  [
    StatusCodes.BadEventFilterInvalid,
    StatusCodes.BadContentFilterInvalid,
    StatusCodes.BadFilterOperatorInvalid,
    StatusCodes.BadFilterOperatorUnsupported,
    StatusCodes.BadFilterOperandInvalid,
    StatusCodes.BadMonitoredItemFilterInvalid,
    StatusCodes.BadMonitoredItemFilterUnsupported,
  ].map(({ value }) => value),
);

/** Receives the events of a subscription. */
export type TakeEvents = (events: readonly EventFieldList[]) => void;

/**
 * Mirrors the server's own alarm conditions as `device-alarm` events, from its notifications only. A condition that was active
 * before the session stays unknown until it changes, because a ConditionRefresh would be a Call. A server without events, or that
 * refuses them, is not asked again in this session. A flood of alarms is bounded and counted, and never delays values.
 */
export async function mirrorAlarms(
  parts: SessionParts,
  subscriptions: Subscriptions,
  push: Push,
  scope: TaskScope,
): Promise<TakeEvents> {
  const { config, context, target } = parts;
  if (!config.alarms || !(await notifies(parts, scope.signal))) return () => {};
  const status = await subscribe(parts, subscriptions, scope.signal);
  if (status !== undefined) {
    noteRefusal(parts, status);
    return () => {};
  }
  // with a signal that has aborted already, nothing would close the queue, and its reader would never end
  scope.signal.throwIfAborted();
  const queue = new BoundedQueue<Exclude<AlarmReport, undefined>>(`${target.device}: alarms`, mostWaiting, 'drop-oldest');
  scope.signal.addEventListener('abort', () => queue.close(), { once: true });
  scope.start(async (signal) => {
    let dropped = 0;
    for await (const report of queue) {
      if (signal.aborted) return;
      const time = context.clock.now();
      const lost = queue.stats().dropped - dropped + (report === 'overflow' ? 1 : 0);
      dropped = queue.stats().dropped;
      if (lost > 0) await push(observeEvent({ type: 'dropped', time, queue: `${target.device}: alarms`, count: lost }), signal);
      if (report === 'overflow') continue;
      await push(observeEvent({ type: 'device-alarm', time, device: target.device, ...report }), signal);
    }
  });
  return (events) => {
    if (scope.signal.aborted) return;
    for (const event of events) {
      const report = readAlarm(event);
      if (report !== undefined) queue.offer(report);
    }
  };
}

/** Mirrors alarms for a session that polls its values, by a separate subscription. Without one, values continue. */
export async function mirrorAlone(parts: SessionParts, push: Push, scope: TaskScope): Promise<void> {
  const { config, context, limits, link } = parts;
  const { signal } = scope;
  if (!config.alarms || !(await notifies(parts, signal))) return;
  try {
    const subscriptions = await Subscriptions.open(link, limits, aloneMs, () => context.clock.monotonic(), signal);
    const take = await mirrorAlarms(parts, subscriptions, push, scope);
    const rounds = new Rounds(systemClock);
    for (;;) {
      await rounds.next(signal);
      const { events } = await abortable(subscriptions.next(), signal);
      if (events.length > 0) rounds.worked();
      take(events);
    }
  } catch (thrown) {
    signal.throwIfAborted();
    noteRefusal(parts, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

async function notifies({ limits, link }: SessionParts, signal: AbortSignal): Promise<boolean> {
  const [answer] = await read(link, [{ nodeId: serverObject, attributeId: AttributeIds.EventNotifier }], limits.read, signal);
  const bits: unknown = answer?.value?.value;
  return typeof bits === 'number' && (bits & subscribeToEvents) !== 0;
}

/** Subscribes to the events. Returns the reason if that fails, else undefined. */
async function subscribe(parts: SessionParts, subscriptions: Subscriptions, signal: AbortSignal): Promise<string | undefined> {
  const watch = async (alarmsAlone: boolean): Promise<number> =>
    await subscriptions.watchOther(
      {
        itemToMonitor: { nodeId: serverObject, attributeId: AttributeIds.EventNotifier },
        monitoringMode: MonitoringMode.Reporting,
        requestedParameters: {
          clientHandle: handle,
          samplingInterval: 0,
          filter: alarmFilter(alarmsAlone),
          queueSize: mostWaiting,
          discardOldest: true,
        },
      },
      signal,
    );
  try {
    let status = await watch(true);
    if (filterRefused.has(status)) status = await watch(false);
    return status === 0 ? undefined : codeOf(status).name;
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof ScadaError)) throw thrown;
    return thrown.message;
  }
}

function noteRefusal({ posture }: SessionParts, why: string): void {
  posture.report({
    subject: 'alarms',
    before: '',
    after: 'refused',
    text: `the server has alarms of its own but does not report them to us: ${why}`,
    weight: 'note',
  });
}
