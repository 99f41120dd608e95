import { BatchBuilder } from '../core/batch.ts';
import type { Clock } from '../core/clock.ts';
import type { DeviceStatus, LatestValues } from '../core/monitor.ts';
import { type Observation, observeBatch, observeEvent } from '../core/observation.ts';
import type { TagTable } from '../core/tag.ts';

type Row = [value: number, quality: number, sourceTime: number, receiveTime: number];

interface Known {
  readonly clock: Clock;
  readonly tags: TagTable;
  readonly latest: LatestValues;
  readonly devices: () => readonly DeviceStatus[];
  /** Tags that are under maintenance. */
  readonly maintained: () => readonly number[];
}

/**
 * What restarted detectors must be given at once: which tags are under maintenance, how the devices are, and the last sample of every
 * tag. A limit that a tag crossed while nothing was judged is then found, also where the next sample comes late or never.
 */
export function situationOf({ clock, tags, latest, devices, maintained }: Known): Observation[] {
  const time = clock.now();
  const states = devices().map(({ name: device, state, reason }) =>
    observeEvent({ type: 'device', time, device, state, reason }),
  );
  const maintenance = observeEvent({ type: 'maintenance', time, tags: maintained(), text: 'maintenance continues' });
  const samples = devices().flatMap(({ name }) => {
    const known = tags.ofDevice(name).filter((tag) => !Number.isNaN(latest.receiveTime[tag]));
    if (known.length === 0) return [];
    const batch = new BatchBuilder(name, known.length);
    for (const tag of known) {
      const row = [latest.value[tag], latest.quality[tag], latest.sourceTime[tag], latest.receiveTime[tag]] as Row;
      const text = latest.text(tag);
      if (text === undefined) batch.add(tag, ...row);
      else batch.addText(tag, text, ...row);
    }
    return [observeBatch(batch.publish())];
  });
  return [maintenance, ...states, ...samples];
}
