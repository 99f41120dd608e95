import type { LineRef } from '../../core/line-ref.ts';
import type { LineMark } from '../../core/monitor.ts';
import type { RaisedTo } from '../../core/threshold-raise.ts';

/** Decisions of people about one baseline entry. */
export interface ReviewedLine extends LineRef {
  readonly approved?: LineMark | undefined;
  readonly edited?: (LineMark & { readonly figures: Readonly<Record<string, number>> }) | undefined;
  /** Set if the channel is not judged by this detector, or the entry is forgotten by a detector that can forget. */
  readonly unlearned?: LineMark | undefined;
  /** Set if a person has raised the threshold of the channel, in one of its entries. */
  readonly raised?: (LineMark & RaisedTo) | undefined;
}
