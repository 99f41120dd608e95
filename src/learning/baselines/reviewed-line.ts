import type { LineMark, LineRef } from '../../core/monitor.ts';

/** Decisions of people about one line of a baseline. */
export interface ReviewedLine extends LineRef {
  readonly approved?: LineMark | undefined;
  readonly edited?: (LineMark & { readonly figures: Readonly<Record<string, number>> }) | undefined;
  /** The whole channel of the line's detector is not judged, or the line is forgotten by a detector that can. */
  readonly unlearned?: LineMark | undefined;
}
