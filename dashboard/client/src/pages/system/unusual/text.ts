import { formatNumber } from '../../../pure/format.ts';

/** Texts of the page of minor findings. */
export const texts = {
  title: {
    now: 'Most unusual now',
    ended: 'Ended in the last 24 h',
  },
  column: {
    score: 'Score',
    peak: 'Peak',
    finding: 'Minor finding',
    ended: 'Ended',
    end: 'Reason of the end',
  },
  label: {
    end: {
      normal: 'Score fell',
      finding: 'Became a finding',
      baseline: 'Thresholds changed',
      restarted: 'Not confirmed after a restart',
      displaced: 'Higher scores filled the list',
    },
  },
  note: {
    asOf: (time: string) => `as of ${time}`,
    ofAll: (shown: number, all: number) => `${formatNumber(shown)} of ${formatNumber(all)}`,
    scale: 'peak of 0.6 to 1 of the threshold; raises no alert',
  },
  sentence: {
    none: 'No channel has a score between 0.6 and 1. Minor findings are listed here while they last.',
    noneLearned: 'Nothing is learned yet. Minor findings need the thresholds of a calibration.',
    noneEnded: 'No minor finding has ended in the last 24 h.',
  },
} as const;
