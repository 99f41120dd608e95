export { FeedHits, keyOf } from './hits.ts';
export type { Indicator } from './indicator.ts';
export { type Hit, IndicatorSet } from './indicator-set.ts';
export { keptFolder, removeKeptOfOthers } from './kept.ts';
export { feedLimits } from './limits.ts';
export { Feed } from './reader.ts';
