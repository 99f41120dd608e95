import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { forEachAtOnce } from '../core/each.ts';
import { toScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import { partDeadlines } from '../core/part-deadlines.ts';
import { isCanary } from '../core/observation.ts';
import { EventLog } from '../storage/event-log/index.ts';
import { createSpool, type Spool } from '../storage/spool/index.ts';
import { eventsFolder, historyFolder } from '../data-directory/folders.ts';
import type { Meters } from './chain.ts';
import type { MonitorRuntime } from './runtime.ts';

/** Most pending batches of the historian. It commits them together, so that a disk with slow commits keeps up. */
const writesAtOnce = 4_096;
/** Duration from which a write counts as not stored, ms. */
const slowMs = partDeadlines.diskMs;
/** Time after the last loss for which samples count as not stored, ms. */
const lossMs = 3_000;

/** Storage of samples in the historian and of events in the event log. */
export interface Storage {
  readonly spool: Spool;
  readonly eventLog: EventLog;
  /** Number of batches that nothing accepted. */
  lost(): number;
  /** Reason why samples are not stored at present; undefined while they are. */
  fault(): string | undefined;
}

type Opened = Pick<Storage, 'spool' | 'eventLog'>;

export async function openStorage({ options, wall, context, use }: MonitorRuntime): Promise<Opened> {
  const { config, dataDir, clock, logger, replay } = options;
  const { plugin, config: settings } = config.historian;
  const historian = await plugin.create(settings, { tags: config.tags, dataDir: join(dataDir, historyFolder) }, context);
  const spool = use('historian', await createSpool({ historian, tags: config.tags, dir: join(dataDir, 'spool'), context }));
  const clocks = replay === undefined ? { site: clock, machine: wall, run: randomUUID() } : undefined;
  const eventLog = use('event log', await EventLog.open({ dir: join(dataDir, eventsFolder), tags: config.tags, logger, clocks }));
  return { spool, eventLog };
}

/** Starts the readers of the stream that store its observations. */
export function startStorage(runtime: MonitorRuntime, { spool, eventLog }: Opened, meters: Meters): Storage {
  const { options, wall, stream, supervisor, reading, gather } = runtime;
  let lost = 0;
  let fault: string | undefined;
  /** Begin of each pending write, oldest first, ms of monotonic time. */
  const begun = new Map<object, number>();
  const lossOf = recentLoss(wall);
  const toHistorian = stream.read('historian');
  const store = async (signal: AbortSignal): Promise<void> =>
    forEachAtOnce(toHistorian.inBursts(gather), writesAtOnce, async (observation) => {
      if (observation.kind !== 'batch') return;
      begun.set(observation, wall.monotonic());
      try {
        await spool.write(observation.batch, signal);
        meters.historian.count(observation.batch.length, observation.monotonic);
        fault = undefined;
      } catch (thrown) {
        // nothing accepts this batch: the monitor continues, and the loss is counted and raises an alarm
        const { message } = toScadaError(thrown);
        lost++;
        meters.historian.fail(message);
        if (fault !== message) options.logger.error(`samples are not kept: ${message}`);
        fault = message;
      } finally {
        begun.delete(observation);
      }
    });
  reading.start((stop) => supervisor.run('store', store, stop));

  const toEventLog = stream.read('event log');
  const log = async (): Promise<void> => {
    for await (const observation of toEventLog) {
      const { lost: before } = eventLog;
      await eventLog.take(observation);
      if (eventLog.lost > before) meters.events.fail(eventLog.lastError ?? '');
      if (observation.kind === 'event' && observation.event.type !== 'tick' && !isCanary(observation))
        meters.events.count(1, Number.NaN);
    }
  };
  reading.start((stop) => supervisor.run('event log', log, stop));
  const allLost = (): number => lost + stream.droppedBy('historian');
  return {
    spool,
    eventLog,
    lost: allLost,
    fault: () => {
      const isDropping = lossOf(allLost() + spool.queue().dropped);
      const [oldest = Infinity] = begun.values();
      if (wall.monotonic() - oldest > slowMs) return `the store has not answered for ${formatDuration(slowMs)}`;
      return fault ?? spool.fault ?? (isDropping ? (spool.lastError?.message ?? 'the store is too slow') : undefined);
    },
  };
}

/** Returns a function that tells if a counter has grown recently. */
function recentLoss(wall: Clock): (count: number) => boolean {
  let last = 0;
  let grewAt = -Infinity;
  return (count) => {
    if (count > last) grewAt = wall.monotonic();
    last = count;
    return wall.monotonic() - grewAt < lossMs;
  };
}
