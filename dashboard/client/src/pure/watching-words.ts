import type { Watching } from '../../../../src/core/monitor.ts';

/** What watches without a baseline, in the few words that a line of tools has room for; its title says the rest. */
export function watchingWords(watching: Watching | undefined): string {
  const { rules, learning } = watching ?? { rules: [], learning: [] };
  const online = `${learning.map(({ kind }) => kind).join(', ')} still learning`;
  if (learning.length === 0) return rules.length === 0 ? 'nothing watches' : 'only stated rules watch';
  return rules.length === 0 ? online : `rules watch, ${online}`;
}
