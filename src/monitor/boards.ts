import { isCanary } from '../core/observation.ts';
import { LatestTable } from '../ingest/latest.ts';
import { Journal } from '../storage/journal/index.ts';
import type { Meters } from './chain.ts';
import { ConversationBoard } from './conversations.ts';
import { DeviceBoard } from './devices.ts';
import type { MonitorRuntime } from './runtime.ts';

/** Present state of the site from the stream, for the dashboard and for restarted detectors. */
export interface Boards {
  readonly latest: LatestTable;
  readonly devices: DeviceBoard;
  readonly journal: Journal;
  readonly conversations: ConversationBoard;
}

/** Updates the boards with every observation of the stream. */
export function watchStream({ options, stream }: MonitorRuntime, meters: Meters): Boards {
  const { config, clock, onObservation } = options;
  const latest = new LatestTable(config.tags.size);
  const devices = new DeviceBoard(config.devices, config.tags, clock.now());
  const journal = new Journal((tag) => config.tags.at(tag).name);
  const conversations = new ConversationBoard();
  stream.tap((observation) => {
    if (isCanary(observation)) return;
    onObservation?.(observation);
    devices.take(observation);
    if (observation.kind === 'event') {
      journal.take(observation.event);
      conversations.take(observation.event);
      if (observation.event.type === 'clock' && observation.event.device === undefined)
        latest.clockSet(observation.event.offsetMs);
    }
    if (observation.kind !== 'batch') return;
    latest.update(observation.batch);
    meters.collectors.count(observation.batch.length, observation.monotonic);
  });
  return { latest, devices, journal, conversations };
}
