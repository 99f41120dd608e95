/** Levels of the Traffic Light Protocol 2.0, from the least to the most restricted. */
export const tlpLevels = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
export type Tlp = (typeof tlpLevels)[number];
