export { type Calibrated, calibrate, calibrateDetectors, calibrateNow, calibrationOf, learn } from './calibrate.ts';
export { enoughSamples } from './excerpt.ts';
export { joinLearned, type Learned, type LearnedMessage, learnedMessage, learnedOf } from './learned.ts';
export { applyCalibration, thresholdsOf } from './apply.ts';
export { unwatchedChannels } from './unwatched.ts';
export type { BudgetPromise, CalibratedDetector, CalibrateOptions, Calibration, DetectorFactory, Unlearnable } from './types.ts';
export { calibrationVersion } from './types.ts';
