export {
  type Calibrated,
  calibrate,
  calibrateDetectors,
  calibrateNow,
  calibrationOf,
  calibrationWithEpisodes,
  learn,
} from './calibrate.ts';
export { joinLearned, type Learned, type LearnedMessage, learnedMessage, learnedOf } from './learned.ts';
export { BlockMaxima } from './maxima.ts';
export { reviewed } from './reviewed.ts';
export { unwatchedChannels } from './unwatched.ts';
export type { CalibrateOptions } from './types.ts';
