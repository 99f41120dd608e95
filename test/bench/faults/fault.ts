import type { Tag } from '../../../src/core/tag.ts';

/** One sample of a recording. */
export interface Sample {
  readonly time: number;
  readonly value: number;
}

/** Properties of the tag that a fault needs. */
export interface Victim {
  readonly tag: Tag;
  /** Step of its values. */
  readonly step: number;
  /** Standard deviation of its own noise. */
  readonly noise: number;
  /** Its largest value. */
  readonly highest: number;
  /** Where in the hour its turn is, share, for faults that come and go: not every tag's at the same moment. */
  readonly turn: number;
  /** All its samples, for a fault that shows those of another time. */
  readonly samples: readonly Sample[];
}

/** A fault of single tags with its ground truth: from its onset on, every victim shows what `change` makes of its samples. */
export interface Fault {
  readonly name: string;
  readonly victims:
    | 'measurements'
    | 'counters'
    | 'one measurement of each device'
    | 'commanded pumps'
    /** Discrete statuses of two states. */
    | 'contacts'
    /** Discrete statuses of more states: steps, modes, words of fault bits. */
    | 'status words'
    /** Contacts and status words that would change. */
    | 'changing statuses';
  readonly change: Change;
}

/** Undefined: no sample at all. */
export type Change = (victim: Victim, index: number, sinceMs: number) => number | undefined;
