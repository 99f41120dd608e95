import type { LineRef } from '../../core/line-ref.ts';
import type { LineMark } from '../../core/monitor.ts';

/** Decisions of people about one baseline entry. */
export interface ReviewedLine extends LineRef {
  readonly approved?: LineMark | undefined;
  readonly edited?: (LineMark & { readonly figures: Readonly<Record<string, number>> }) | undefined;
  /** Set if the channel is not judged by this detector, or the entry is forgotten by a detector that can forget. */
  readonly unlearned?: LineMark | undefined;
}
