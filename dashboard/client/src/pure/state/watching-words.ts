import type { Watching } from '../../../../../src/core/monitor.ts';
import { shared } from '../../text.ts';

/** The detectors that work without a baseline, in a few words. */
export function watchingWords(watching: Watching | undefined): string {
  const { rules, learning } = watching ?? { rules: [], learning: [] };
  const online = shared.note.detectorsLearning(learning.map(({ kind }) => kind).join(', '));
  if (learning.length === 0) return rules.length === 0 ? shared.note.nothingActive : shared.note.onlyRulesActive;
  return rules.length === 0 ? online : shared.note.rulesActive(online);
}
