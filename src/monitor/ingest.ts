import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { canaryLimit, canaryName } from '../core/canary.ts';
import { type Observation, observeEvent } from '../core/observation.ts';
import type { PacketSink } from '../core/packets.ts';
import { withPreviousValue } from '../ingest/previous-value.ts';
import { ReadingScreen } from '../ingest/reading-screen.ts';
import { DeviceSupervisor } from '../ingest/supervisor.ts';
import type { Boards } from './boards.ts';
import type { CanaryWatch } from './canary.ts';
import { canaryCollector } from './canary-collector.ts';
import { checkPunctuality, watchParts } from './health.ts';
import { writePast } from './lab-history/write.ts';
import type { MonitorParts } from './parts.ts';
import { type PunctualityMeter, tickMs } from './punctuality.ts';
import type { ReplayPlayer } from './replay-player.ts';
import type { MonitorRuntime } from './runtime.ts';

type Publish = MonitorRuntime['publish'];

/**
 * Starts the sources of observations: collectors and clock, or a recording.
 * @returns a promise that resolves at the end of the recording; it stays pending if devices are collected
 */
export function startIngest(runtime: MonitorRuntime, parts: MonitorParts, { latest }: Pick<Boards, 'latest'>): Promise<void> {
  const { replay } = runtime.options;
  if (replay !== undefined) return play(replay, runtime, parts);
  const { alerting, detection } = parts;
  const readings = new ReadingScreen(runtime.options.config.tags, latest, ownAddresses());
  const complete: Publish = async (observation, signal) => {
    const screened = readings.screen(observation);
    if (screened !== undefined) await runtime.publish(withPreviousValue(screened, latest), signal);
  };
  const publish = punctually(complete, detection.punctuality);
  collectDevices(runtime, publish, parts.packets);
  collectCanaries(runtime, publish, alerting.canary);
  simulatePast(runtime, parts);
  keepTime(runtime, publish, () => {
    alerting.tick();
    checkPunctuality(parts);
  });
  watchParts(runtime, parts);
  return new Promise(() => {});
}

/** IP addresses of this machine. */
const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));

/** Publishes the delay of a late monitor before the observation at which it is measured. */
function punctually(publish: Publish, punctuality: PunctualityMeter): Publish {
  return async (observation, signal) => {
    const late = punctuality.before(observation);
    if (late !== undefined) await publish(observeEvent(late), signal);
    await publish(observation, signal);
  };
}

/** Starts a supervised collector for every device of the site. */
function collectDevices(
  { options, context, supervisor, collecting }: MonitorRuntime,
  publish: Publish,
  packets: PacketSink | undefined,
): void {
  const { config, dataDir } = options;
  const { sourceTimes, tags } = config;
  const devices = config.devices.map(({ name, plugin: { type }, config: own }) => ({ name, type, config: own }));
  for (const { name, plugin, config: own } of config.devices) {
    const target = { device: name, tags, dataDir: join(dataDir, 'devices', name), devices, packets };
    const collector = plugin.create(own, target, context);
    const partName = `collect ${name}`;
    const part = supervisor.part(partName);
    const device = new DeviceSupervisor({ name, collector, tags: tags.ofDevice(name), context, sourceTimes, publish, part });
    collecting.start((stop) => supervisor.run(partName, (signal) => device.run(signal), stop));
  }
}

/**
 * Starts the collector of the canaries under a supervisor like that of a device. Its sample enters the stream as an event, since it has no
 * tag of the site.
 */
function collectCanaries(
  { options, context, wall, supervisor, collecting }: MonitorRuntime,
  publish: Publish,
  canary: CanaryWatch,
): void {
  const { clock } = options;
  const enter: Publish = async (observation, signal) => {
    if (observation.kind !== 'batch') return;
    const { sourceTime, value } = observation.batch;
    const [sampledAt = Number.NaN, sample = Number.NaN] = [sourceTime[0], value[0]];
    if (sample > canaryLimit) canary.sampled(sampledAt);
    await publish(observeEvent({ type: 'canary', time: clock.now(), sampledAt, value: sample }), signal);
    canary.passed('collect', sampledAt);
  };
  const device = new DeviceSupervisor({
    name: canaryName,
    collector: canaryCollector(wall),
    tags: [0],
    context: { ...context, clock: wall },
    publish: enter,
  });
  collecting.start((stop) => supervisor.run(canaryName, (signal) => device.run(signal), stop));
}

/** Adds simulated history to the historian at a lab's first start. */
function simulatePast({ options, collecting }: MonitorRuntime, { storage }: MonitorParts): void {
  const { past, state, logger } = options;
  if (past !== undefined) collecting.start((stop) => writePast(past, { historian: storage.spool, state, logger }, stop));
}

/** Emits a tick per second of stream time. */
function keepTime({ options, supervisor, collecting }: MonitorRuntime, publish: Publish, onTick: () => void): void {
  const { clock } = options;
  const run = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await clock.sleep(tickMs, signal);
      await publish(observeEvent({ type: 'tick', time: clock.now() }), signal);
      onTick();
    }
  };
  collecting.start((stop) => supervisor.run('clock', run, stop));
}

/** Plays a recording instead. @returns a promise that resolves at its end */
function play(
  replay: ReplayPlayer,
  { collecting, stream, streamTime }: MonitorRuntime,
  { alerting, detection }: MonitorParts,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  collecting.start(async (signal) => {
    await replay.play(async (observation: Observation) => {
      const placed = streamTime.place(observation);
      await stream.publish(placed, signal);
      await detection.judge(placed);
      alerting.tick();
    }, signal);
    ended.resolve();
  });
  return ended.promise;
}
