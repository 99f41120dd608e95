export { createEngine } from './engine.ts';
export {
  defaultEngineSettings,
  type Engine,
  type EngineDetector,
  type EngineOptions,
  type EngineSettings,
  type EngineSnapshot,
  type FindingSettings,
  isUsable,
  type Rarity,
  type ScoreHook,
  type Threshold,
  type Thresholds,
} from './types.ts';
