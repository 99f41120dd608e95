import { formatNumber } from '../../../pure/format.ts';

const episodes = (count: number): string => (count === 1 ? '1 episode' : `${formatNumber(count)} episodes`);

/** Texts of the review of the calibration. */
export const texts = {
  title: {
    episodes: 'Unusual episodes in the calibration data',
    decide: (count: number) => `Apply decisions about ${episodes(count)}`,
    trend: (place: string) => `Trend at ${place}`,
  },
  column: {
    decision: 'Decision',
    from: 'From',
    place: 'Place',
    finding: 'Finding',
    detectors: 'Detectors',
    score: 'Score',
    counts: 'Against promise',
    trend: 'Trend',
  },
  label: {
    as: { undecided: 'Undecided', normal: 'Normal', exclude: 'Exclude' },
    counts: 'Yes',
    decisionOf: (id: string) => `Decision about ${id}`,
    file: 'File of the review',
  },
  button: {
    apply: (count: number) => `Apply ${formatNumber(count)}`,
    trend: 'Show trend',
    hideTrend: 'Hide trend',
    save: 'Save file',
    load: 'Load file',
  },
  note: {
    decided: (as: string, by: string, moment: string) => `${as} by ${by}, ${moment}`,
    applying: 'setting thresholds',
  },
  sentence: {
    unlearned: 'Nothing is learned yet. A calibration lists its unusual episodes here.',
    none: 'The calibration data contain no unusual episode.',
    normal: 'Normal: the episode stays. If it counts against the promise, it counts as learned from now on.',
    exclude: 'Exclude: thresholds and promise leave its time out. What the detectors learned in it stays.',
    effect: 'Thresholds are set again, as a new version of the baseline. Open findings end, and lasting faults begin new ones.',
    noHistory: 'The history holds no samples of these tags at that time.',
  },
} as const;
