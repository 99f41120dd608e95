import type { Certainty } from '../../../core/finding.ts';

/** Writes times: as UTC, or since the start where the rows had no time of their own. */
export type TimeWords = (time: number) => string;

const dayMs = 86_400_000;

export const utcWords: TimeWords = (time) => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export const elapsedWords: TimeWords = (time) => {
  const clock = new Date(time % dayMs).toISOString().slice(11, 19);
  return time < dayMs ? `${clock} after the start` : `day ${Math.floor(time / dayMs)}, ${clock}`;
};

/** `40 s`, `12 min`, `3.5 h`, `2.1 days`. */
export function durationWords(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const steps = [
    [dayMs * 2, dayMs, 'days'],
    [7_200_000, 3_600_000, 'h'],
    [120_000, 60_000, 'min'],
    [0, 1_000, 's'],
  ] as const;
  const [, unit, name] = steps.find(([from]) => ms >= from) ?? [0, 1_000, 's'];
  return `${figure(ms / unit)} ${name}`;
}

/** Four figures that count; a dash where there is none. */
export const figure = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–');

export const percent = (share: number): string => (Number.isFinite(share) ? `${figure(100 * share)} %` : '–');

export function certaintyWords(certainty: Certainty): string {
  switch (certainty.kind) {
    case 'stated':
      return 'A rule that was stated is broken.';
    case 'learning':
      return 'How rare this is in normal running is not known yet.';
    case 'calibrated': {
      const { onceInDays, learnedDays, beyond } = certainty;
      const often = `${beyond ? 'more seldom than' : 'about'} once in ${durationWords(onceInDays * dayMs)}`;
      return `Normal running does this ${often}, by what ${durationWords(learnedDays * dayMs)} of it taught.`;
    }
  }
}
