import type { Maintenance } from '../alerts/maintenance.ts';
import { BatchBuilder } from '../core/batch.ts';
import { type Observation, observeBatch, observeEvent } from '../core/observation.ts';
import type { Boards } from './boards.ts';
import type { PunctualityMeter } from './punctuality.ts';
import { referenceEvent } from './reference/event.ts';
import type { MonitorRuntime } from './runtime.ts';

type Row = [value: number, quality: number, sourceTime: number, receiveTime: number];

interface Sources extends Pick<Boards, 'latest' | 'devices'> {
  readonly punctuality: PunctualityMeter;
  readonly maintenance: Maintenance;
}

/**
 * Observations for restarted detectors: the delay of the monitor, the tags under maintenance, the reference set, the states of the
 * devices, and the last sample of every tag. A limit that was crossed during the restart is then detected, even if the next sample is late or
 * missing.
 */
export function situationOf({ options }: MonitorRuntime, sources: Sources): Observation[] {
  const { latest, punctuality, maintenance } = sources;
  const { tags } = options.config;
  const time = options.clock.now();
  const devices = sources.devices.list();
  const reference = referenceEvent(options.reference, time);
  const referenced = reference === undefined ? [] : [observeEvent(reference)];
  const states = devices.map(({ name: device, state, reason }) => observeEvent({ type: 'device', time, device, state, reason }));
  const maintained = observeEvent({ type: 'maintenance', time, tags: maintenance.tags(), text: 'maintenance continues' });
  const samples = devices.flatMap(({ name }) => {
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
  return [observeEvent({ ...punctuality.now, time }), maintained, ...referenced, ...states, ...samples];
}
