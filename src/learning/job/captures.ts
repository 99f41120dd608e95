import { basename } from 'node:path';
import { readerOf } from '../../../collectors/index.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { ScadaError } from '../../core/errors.ts';
import { observeEvent } from '../../core/observation.ts';
import { detectorFactories, planDetection, recordedDetector } from '../../detection/plan/plan.ts';
import type { TrafficBaseline } from '../baselines/store.ts';

/** Packets between two checks of the signal and two progress reports. */
const breath = 5_000;

/**
 * Learns the baseline of traffic from captures of normal traffic, in the given order.
 * @param onProgress receives the fraction of all files, 0–1, and the present activity
 * @throws ScadaError INPUT_INVALID for an invalid or empty capture, CONFIG_REFERENCE if the detector is disabled
 */
export async function learnCaptures(
  config: MonitorConfig,
  files: readonly string[],
  onProgress: (done: number, text: string) => void,
  signal: AbortSignal,
): Promise<TrafficBaseline> {
  const factory = detectorFactories(planDetection(config)).find(({ name }) => name === recordedDetector);
  if (factory === undefined)
    throw new ScadaError('config', 'CONFIG_REFERENCE', `${config.file}: the detector ${recordedDetector} is switched off`, {
      hint: `remove detectors.${recordedDetector}: false`,
    });
  const devices = config.devices.map(({ name, plugin: { type }, config: own }) => ({ name, type, config: own }));
  const detector = factory.create();
  const announce = (phase: 'begin' | 'end'): void =>
    detector.learn(observeEvent({ type: 'calibration', time: 0, phase, pass: 0 }));
  announce('begin');
  let packets = 0;
  for (const [index, file] of files.entries()) {
    let talk = 0;
    const target = { device: basename(file), tags: config.tags, devices, periodMs: 0 };
    for await (const { events } of (await readerOf(file)).read(file, target, signal)) {
      for (const event of events) detector.learn(observeEvent(event));
      talk += events.length;
      if (packets++ % breath === 0) onProgress(index / files.length, `learning from ${file}`);
    }
    if (talk === 0) throw new ScadaError('config', 'INPUT_INVALID', `${file}: there is no traffic in it to learn from`);
  }
  announce('end');
  onProgress(1, 'learned');
  return { source: `${packets} packets of ${files.join(', ')}`, baseline: detector.snapshot().baseline };
}
