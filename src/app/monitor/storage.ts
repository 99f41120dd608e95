import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { forEachAtOnce } from '../../core/each.ts';
import { toScadaError } from '../../core/errors.ts';
import { EventLog } from '../../pipeline/event-log/index.ts';
import { createSpool, type Spool } from '../../pipeline/spool/index.ts';
import { eventsFolder, historyFolder } from '../data-folder.ts';
import type { Meters } from './chain.ts';
import type { Running } from './running.ts';

/** Batches that may be on their way to the historian: it commits them together. */
const writesAtOnce = 256;

/** Samples go to the historian, events to the event log. */
export interface Storage {
  readonly spool: Spool;
  readonly eventLog: EventLog;
  /** Batches that neither store nor disk took. */
  lost(): number;
}

export async function openStorage({ options, wall, context, use }: Running): Promise<Omit<Storage, 'lost'>> {
  const { config, dataDir, clock, logger, replay } = options;
  const { plugin, config: settings } = config.historian;
  const historian = await plugin.create(settings, { tags: config.tags, dataDir: join(dataDir, historyFolder) }, context);
  const spool = use('historian', await createSpool({ historian, tags: config.tags, dir: join(dataDir, 'spool'), context }));
  const clocks = replay === undefined ? { site: clock, machine: wall, run: randomUUID() } : undefined;
  const eventLog = use('event log', await EventLog.open({ dir: join(dataDir, eventsFolder), tags: config.tags, logger, clocks }));
  return { spool, eventLog };
}

/** Starts the readers of the stream that keep what comes on it. */
export function startStorage(running: Running, { spool, eventLog }: Omit<Storage, 'lost'>, meters: Meters): Storage {
  const { options, stream, supervisor, reading, gather } = running;
  let lost = 0;
  const toHistorian = stream.read('historian');
  const store = async (signal: AbortSignal): Promise<void> =>
    forEachAtOnce(toHistorian.inBursts(gather), writesAtOnce, async (observation) => {
      if (observation.kind !== 'batch') return;
      try {
        await spool.write(observation.batch, signal);
        meters.historian.count(observation.batch.length, observation.monotonic);
      } catch (thrown) {
        // neither store nor disk takes this batch: the rest of the monitor goes on, and the loss is counted and an alarm
        lost++;
        meters.historian.fail(toScadaError(thrown).message);
        options.logger.error('a batch could not be kept', { error: toScadaError(thrown).message });
      }
    });
  reading.start((stop) => supervisor.run('store', store, stop));

  const toEventLog = stream.read('event log');
  const log = async (): Promise<void> => {
    for await (const observation of toEventLog) {
      const { lost: before } = eventLog;
      await eventLog.take(observation);
      if (eventLog.lost > before) meters.events.fail(eventLog.lastError ?? '');
      if (observation.kind === 'event' && observation.event.type !== 'tick') meters.events.count(1, Number.NaN);
    }
  };
  reading.start((stop) => supervisor.run('event log', log, stop));
  return { spool, eventLog, lost: () => lost + stream.droppedBy('historian') };
}
