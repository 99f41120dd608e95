import { shared } from '../../text.ts';
import type { Track } from '../trend/track.ts';

/** A vertical line at a time, ms UTC, with its text; '' for none. `above`: the text is above the plot, where it covers no line. */
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
  /** False below another pane that has the text. Default true. */
  readonly caption?: boolean | undefined;
}

/** The mark at the end of the simulated history of a window; none if all of it was collected. */
export function simulatedMark({ pens, from, to, caption = true }: View): TrendMark[] {
  const ends = pens.map(({ track }) => track?.simulatedUntil ?? Number.NaN).filter((end) => end > from);
  return ends.length === 0
    ? []
    : [{ time: Math.min(to, Math.max(...ends)), text: caption ? shared.label.simulatedBefore : '', above: true }];
}
