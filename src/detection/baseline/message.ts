import { lazyRecord } from '../../core/lazy.ts';
import { pack, type Packed, unpack } from '../../core/packed.ts';
import type { DetectionPlan } from '../plan/plan.ts';
import type { CalibratedDetector, Calibration, StartingPoint } from './format.ts';
import { detectorsOfShard } from './shard.ts';

/**
 * A starting point for detectors in another thread. The objects of a whole calibration take several times the memory of the detectors that
 * start from it, so that it travels as bytes, which the thread reads for one detector at a time.
 */
export interface CalibrationMessage {
  readonly states: Calibration['states'];
  /** By detector: its part, in memory that all threads share. */
  readonly detectors: Readonly<Record<string, Packed>>;
}

/** Messages for the threads that share a plan. Parts that several of them need are written once. */
export class CalibrationWriter {
  readonly #calibration: StartingPoint;
  readonly #known = new Map<CalibratedDetector, Packed>();

  constructor(calibration: StartingPoint) {
    this.#calibration = calibration;
  }

  /** @param share the part of the plan that the thread judges */
  messageFor(share: DetectionPlan): CalibrationMessage {
    const { states, detectors } = this.#calibration;
    const own = detectorsOfShard(detectors, share);
    return { states, detectors: Object.fromEntries(own.map(([name, part]) => [name, this.#packed(part)])) };
  }

  #packed(part: CalibratedDetector): Packed {
    const { baseline, thresholds, edited } = part;
    const made = this.#known.get(part) ?? pack({ baseline, thresholds, edited });
    this.#known.set(part, made);
    return made;
  }
}

/** The starting point in a message. Each access reads a detector's part anew. */
export const readCalibration = ({ states, detectors }: CalibrationMessage): StartingPoint => ({
  states,
  detectors: lazyRecord(Object.keys(detectors), (name) => unpack(detectors[name] as Packed) as CalibratedDetector),
});
