import { join } from 'node:path';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { Clock } from '../../core/clock.ts';
import { type Observation, observeEvent } from '../../core/observation.ts';
import type { PluginContext } from '../../core/plugin.ts';
import type { TaskScope } from '../../core/scope.ts';
import { ClockWatch } from '../../pipeline/clock-watch.ts';
import { DeviceSupervisor } from '../../pipeline/supervisor.ts';

/** The stream's own heartbeat, ms: detectors and alerts learn that time has passed even when every device is silent. */
const tickMs = 1_000;

type Publish = (observation: Observation, signal: AbortSignal) => Promise<void>;

export interface Collecting {
  readonly config: MonitorConfig;
  readonly dataDir: string;
  readonly context: PluginContext;
  readonly publish: Publish;
  readonly scope: TaskScope;
}

/** Starts a supervised collector for every device of the site. */
export function collectDevices({ config, dataDir, context, publish, scope }: Collecting): void {
  const { tags } = config;
  const devices = config.devices.map(({ name, plugin: { type }, config: own }) => ({ name, type, config: own }));
  for (const { name, plugin, config: own } of config.devices) {
    const target = { device: name, tags, dataDir: join(dataDir, 'devices', name), devices };
    const collector = plugin.create(own, target, context);
    const supervisor = new DeviceSupervisor({ name, collector, tags: tags.ofDevice(name), context, publish });
    scope.start((signal) => supervisor.run(signal));
  }
}

/** Says each second of stream time that it has passed, and when the machine's clock was set. Ends when the signal aborts. */
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
