import type { Track } from './track.ts';

/** A vertical line at a time, ms UTC, and its words; '' for none. `above`: they stand above the plot, where they cover no line. */
export interface TrendMark {
  readonly time: number;
  readonly text: string;
  readonly above: boolean;
}

interface View {
  readonly pens: readonly { readonly track: Track | undefined }[];
  /** Window, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** False below another pane that has the words already. Default true. */
  readonly words?: boolean | undefined;
}

/** The mark at the end of the simulated history of a window; none where all of it was collected. */
export function simulatedMark({ pens, from, to, words = true }: View): TrendMark[] {
  const ends = pens.map(({ track }) => track?.simulatedUntil ?? Number.NaN).filter((end) => end > from);
  return ends.length === 0 ? [] : [{ time: Math.min(to, Math.max(...ends)), text: words ? 'Simulated before' : '', above: true }];
}
