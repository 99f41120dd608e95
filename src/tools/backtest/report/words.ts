import type { Certainty } from '../../../core/finding.ts';
import { formatEstimate, formatNumber } from '../../../core/format.ts';

/** Formats times: as UTC, or as time since the start if the rows have no times. */
export type TimeWords = (time: number) => string;

const dayMs = 86_400_000;

export const utcWords: TimeWords = (time) => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export const elapsedWords: TimeWords = (time) => {
  const clock = new Date(time % dayMs).toISOString().slice(11, 19);
  return time < dayMs ? `${clock} after the start` : `day ${Math.floor(time / dayMs)}, ${clock}`;
};

/** Values of a comparison with their unit: four significant digits, or up to six where only these distinguish the values. */
export function apart(values: readonly number[], unit: string): string[] {
  const finite = values.filter(Number.isFinite);
  const spread = Math.max(...finite) - Math.min(...finite);
  const needed = spread > 0 ? 1 - Math.floor(Math.log10(spread)) : 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return formatNumber(value);
    const decimals = 3 - Math.floor(Math.log10(Math.abs(value) || 1));
    const shown = Math.min(100, Math.max(0, decimals, Math.min(needed, decimals + 2)));
    return `${formatNumber(Number(value.toFixed(shown)), shown)} ${unit}`.trim();
  });
}

export const percent = (share: number): string => (Number.isFinite(share) ? `${formatNumber(100 * share)} %` : '–');

export function certaintyWords(certainty: Certainty): string {
  switch (certainty.kind) {
    case 'stated':
      return 'A rule that was stated is broken.';
    case 'learning':
      return 'How rare this is in normal operation is not known yet.';
    case 'calibrated': {
      const { onceInDays, learnedDays, beyond } = certainty;
      const often = `${beyond ? 'less than' : 'about'} once in ${formatEstimate(onceInDays * dayMs)}`;
      return `Normal operation causes this ${often}, estimated from ${formatEstimate(learnedDays * dayMs)} of data.`;
    }
  }
}
