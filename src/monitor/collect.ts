import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { type Observation, observeEvent } from '../core/observation.ts';
import { ClockWatch } from '../ingest/clock-watch.ts';
import { DeviceSupervisor } from '../ingest/supervisor.ts';
import { tickMs } from './punctuality.ts';
import type { Running } from './running.ts';

type Publish = (observation: Observation, signal: AbortSignal) => Promise<void>;

/** Starts a supervised collector for every device of the site. */
export function collectDevices({ options, context, publish, supervisor, collecting }: Running): void {
  const { config, dataDir } = options;
  const { sourceTimes, tags } = config;
  const devices = config.devices.map(({ name, plugin: { type }, config: own }) => ({ name, type, config: own }));
  for (const { name, plugin, config: own } of config.devices) {
    const target = { device: name, tags, dataDir: join(dataDir, 'devices', name), devices };
    const collector = plugin.create(own, target, context);
    const device = new DeviceSupervisor({ name, collector, tags: tags.ofDevice(name), context, sourceTimes, publish });
    collecting.start((stop) => supervisor.run(`collect ${name}`, (signal) => device.run(signal), stop));
  }
}

/** Emits a tick each second of stream time, and an event when the machine's clock was set. Ends when the signal aborts. */
export async function keepTime(
  { clock, wall, publish }: { readonly clock: Clock; readonly wall: Clock; readonly publish: Publish },
  signal: AbortSignal,
  passed: () => void,
): Promise<void> {
  const watch = new ClockWatch(wall);
  for (;;) {
    await clock.sleep(tickMs, signal);
    const offsetMs = watch.stepMs();
    if (offsetMs !== 0) await publish(observeEvent({ type: 'clock', time: clock.now(), offsetMs }), signal);
    await publish(observeEvent({ type: 'tick', time: clock.now() }), signal);
    passed();
  }
}
