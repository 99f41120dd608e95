export { contributingTags } from './describe.ts';
export { createEngine } from './engine.ts';
export type { FindingSettings } from './machine.ts';
export {
  defaultEngineSettings,
  type Engine,
  type EngineDetector,
  type EngineOptions,
  type EngineSettings,
  type EngineSnapshot,
  isUsable,
  type Rarity,
  type ScoreHook,
  type Threshold,
  type Thresholds,
} from './types.ts';
export type { LearnedStates } from './learned-states.ts';
export { unlearnedStates } from './unlearned-states.ts';
