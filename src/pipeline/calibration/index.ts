export { type Calibrated, calibrate, calibrateDetectors, calibrateNow } from './calibrate.ts';
export { applyCalibration, thresholdsOf } from './apply.ts';
export type { BudgetPromise, CalibratedDetector, CalibrateOptions, Calibration, DetectorFactory } from './types.ts';
export { calibrationVersion } from './types.ts';
