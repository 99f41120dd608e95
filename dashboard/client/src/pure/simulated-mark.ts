import type { Track } from './track.ts';

interface View {
  readonly pens: readonly { readonly track: Track | undefined }[];
  /** Window, ms UTC. */
  readonly from: number;
  readonly to: number;
}

/** The mark at the end of the simulated history of a window; none where all of it was collected. */
export function simulatedMark({ pens, from, to }: View): { readonly time: number; readonly text: string }[] {
  const ends = pens.map(({ track }) => track?.simulatedUntil ?? Number.NaN).filter((end) => end > from);
  return ends.length === 0 ? [] : [{ time: Math.min(to, Math.max(...ends)), text: 'Simulated before' }];
}
