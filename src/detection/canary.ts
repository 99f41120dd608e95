import { BatchBuilder } from '../core/batch.ts';
import { canaryLimit, canaryName } from '../core/canary.ts';
import type { Detector, DetectorSnapshot, Report } from '../core/detector.ts';
import type { CanaryEvent, Observation, Place } from '../core/observation.ts';
import { Quality } from '../core/quality.ts';
import type { Tag } from '../core/tag.ts';
import { isRecord } from '../detector-kit/columns.ts';
import { Intake } from '../detector-kit/intake.ts';
import type { EngineDetector, EngineSnapshot } from './engine/index.ts';

/** Scan period of the canary's tag, ms: its finding has ended when the next sample beyond the limit comes. */
const scanMs = 2_000;

/** The tag of canaries. Each detection thread has it after those of the site. */
export const canaryTag: Tag = {
  name: canaryName,
  description: canaryName,
  short: canaryName,
  area: '',
  equipment: canaryName,
  device: canaryName,
  kind: 'analog',
  role: 'measurement',
  unit: '',
  decimals: 0,
  scanMs,
  address: undefined,
};

/** Compares the synthetic sample with its limit. It lives in the engine of the site, so that its sample passes intake, feed and engine. */
class CanaryDetector implements Detector {
  readonly channels: Detector['channels'];
  readonly #tag: number;
  readonly #intake = new Intake([scanMs]);

  constructor(tag: number) {
    this.#tag = tag;
    this.channels = [{ key: canaryName, tags: [tag], area: '', equipment: canaryName, device: canaryName }];
  }

  learn(): void {}

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'batch' || observation.batch.tag[0] !== this.#tag) return;
    if (this.#intake.admit(0, observation.batch, 0)) report(0, this.#intake.time, this.#intake.value / canaryLimit);
  }

  explain(): ReturnType<Detector['explain']> {
    const sentence = 'This is a test of the path of alerts. Nothing has happened in the plant.';
    return { title: 'Canary', sentence, contributions: [], normalIf: '', techniques: [] };
  }

  snapshot(): DetectorSnapshot {
    return { baseline: null, running: this.#intake.state.save() };
  }

  restore({ running }: DetectorSnapshot): void {
    this.#intake.state.load(running);
  }
}

/** @param tag index of the canary's tag */
export const canaryDetector = (tag: number): EngineDetector => ({
  name: canaryName,
  plugin: { input: 'sample', threshold: 'stated' },
  detector: new CanaryDetector(tag),
});

/** The sample of a canary for the engine of a thread. @param tag index of the canary's tag */
export function canarySample({ time, value }: CanaryEvent, tag: number, place: Place | undefined): Observation {
  const batch = new BatchBuilder(canaryName, 1, false);
  batch.add(tag, value, Quality.Good, time, place?.at ?? time);
  return { kind: 'batch', batch: batch.publish(), place };
}

/** A running state of an earlier version, whose last detector is not the canary's, with the initial state of that. */
export function withCanary<Snapshot extends EngineSnapshot>(saved: Snapshot, fresh: EngineSnapshot): Snapshot {
  const canary = fresh.detectors[canaryName];
  if (isRecord(saved.detectors[canaryName]) || canary === undefined) return saved;
  const machine = Object.fromEntries(
    Object.entries(fresh.machine).map(([name, column]) => {
      const known = saved.machine[name as keyof typeof saved.machine];
      if (known === undefined) return [name, known];
      const longer = (column as Float64Array).slice();
      longer.set(known.subarray(0, longer.length));
      return [name, known.length === longer.length - 1 ? longer : known];
    }),
  ) as unknown as Snapshot['machine'];
  return { ...saved, machine, detectors: { ...saved.detectors, [canaryName]: canary } };
}
