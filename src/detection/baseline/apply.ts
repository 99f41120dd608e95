import { type DetectorFactory, type DetectorPlugin, runningStateOf } from '../../core/detector.ts';
import { ScadaError } from '../../core/errors.ts';
import { type EngineOptions, isUsable, type Thresholds } from '../engine/index.ts';
import { needsNoBaseline } from './fits.ts';
import type { CalibratedDetector, Calibration, StartingPoint } from './format.ts';

/**
 * New detectors with a stored baseline, and its thresholds: the initial state of an engine. Statistical detectors that the baseline
 * does not contain are left out (`fitsPlan`): without thresholds they would report nothing. Those that need no baseline are new.
 * @throws ScadaError BASELINE_MISMATCH if the baseline was learned by other detectors
 */
export function applyCalibration(
  calibration: StartingPoint,
  factories: readonly DetectorFactory[],
): Pick<EngineOptions, 'detectors' | 'thresholds' | 'states'> {
  const thresholds: Record<string, Thresholds[string]> = {};
  const detectors = factories.flatMap((factory) => {
    const { name, plugin } = factory;
    const known = calibration.detectors[name];
    if (known === undefined && plugin.threshold === 'statistical') return [];
    if (known === undefined && needsNoBaseline(plugin)) return [{ name, plugin, detector: factory.create() }];
    if (known === undefined)
      throw new ScadaError('config', 'BASELINE_MISMATCH', `the baseline does not contain the detector ${name}`, {
        hint: 'calibrate again, or leave the detector out',
      });
    const detector = factory.create();
    detector.restore({ baseline: known.baseline, running: runningStateOf(detector) });
    const usable = usableOf(known);
    thresholds[name] = atLeast(leastThreshold(plugin), usable);
    return [{ name, plugin, detector, edited: known.edited }];
  });
  return { detectors, thresholds, states: calibration.states };
}

/**
 * Least threshold of a detector that gives its surprise a scale of its own (see `DetectorPlugin.calibrated`): the unit if it is the chance of
 * an event, half of it if it is a scale of rows. Few learned events look calmer than normal operation is, so that holdout parts alone would
 * give thresholds far below the unit.
 */
export const leastThreshold = ({ calibrated }: Pick<DetectorPlugin, 'calibrated'>): number =>
  calibrated === 'chance' ? 1 : calibrated === true ? 0.5 : 0;

/** Thresholds of earlier calibrations can be below the least one. */
const atLeast = (least: number, thresholds: Thresholds[string]): Thresholds[string] =>
  Object.fromEntries(Object.entries(thresholds).map(([key, one]) => [key, { ...one, begin: Math.max(least, one.begin) }]));

/** Usable thresholds of a calibration by detector. Baselines of earlier versions also contain infinite ones. */
export function thresholdsOf(calibration: Calibration): Thresholds {
  return Object.fromEntries(Object.entries(calibration.detectors).map(([name, known]) => [name, usableOf(known)]));
}

const usableOf = ({ thresholds }: CalibratedDetector): Thresholds[string] =>
  Object.fromEntries(Object.entries(thresholds).filter(([, threshold]) => isUsable(threshold)));
