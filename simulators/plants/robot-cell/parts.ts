/** A part on its way through the cell, plain data. */
export interface Part {
  /** 1 for product A of 2 kg, 2 for product B of 5 kg. */
  readonly product: number;
  /** Defect of the part itself: its press force is too low. */
  readonly defective: boolean;
  /** Position of its front on a conveyor, m. */
  at: number;
  /** Force (kN) and depth (mm) at the end of the press, and the verdict of the cell: 0 none, 1 good, 2 bad. */
  force: number;
  depth: number;
  result: number;
  /** True verdict after the press. */
  good: boolean;
}

/** Mass of a part of a product, kg. */
export const massOf = (part: Part | null): number => (part === null ? 0 : part.product === 2 ? 5 : 2);
