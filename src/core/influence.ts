/** Two tags of which one follows the other, as a baseline has learned it. Names, because a baseline is valid for more than one run. */
export interface Influence {
  readonly tags: readonly [string, string];
  /** Set for a stored quantity and one of its flows: what moves the flow moves the quantity. */
  readonly isBalance?: true;
  /** Set for two terms of one sum: if one of them is false, the other one does not match either. */
  readonly isSum?: true;
}
