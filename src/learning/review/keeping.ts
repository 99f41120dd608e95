import { join } from 'node:path';
import type { BaselineStore } from '../../core/state.ts';
import { calibrationFolder } from '../../data-directory/folders.ts';
import { siteBaseline } from '../baselines/store.ts';
import type { Keeping } from '../job/kept.ts';

/** Where a calibration keeps its block maxima; those of the baseline in force stay. */
export function keepingIn(store: BaselineStore, dataDir: string): Keeping {
  const inUse = siteBaseline(store)?.content.episodes?.maxima;
  return { dir: join(dataDir, calibrationFolder), inUse: inUse === undefined ? [] : [inUse] };
}
