/** Bounds of the pens that a user has chosen. */
export const penLimits = {
  /** Pens of one trend: more would leave each pane a few lines of text high. */
  perTrend: 6,
  /** Trends of one user; the one that was changed first is dropped for a further one. */
  trendsPerUser: 30,
} as const;

/** A pen that a user has chosen. */
export interface PenChoice {
  readonly tag: string;
  /** Ends of the vertical scale in the unit of the tag; absent while the scale follows the values. */
  readonly scale?: readonly [low: number, high: number] | undefined;
}

/** Pens of trends, kept for each user. */
export interface PenStore {
  /** The pens that the user has chosen for the trend of a tag; undefined without a choice. */
  of(user: string, tag: string): readonly PenChoice[] | undefined;
  keep(user: string, tag: string, pens: readonly PenChoice[]): void;
  remove(user: string, tag: string): void;
}
