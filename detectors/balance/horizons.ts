/**
 * Numbers of rows over which balances are judged, each four times the previous one. Sudden deviations show in a few rows, slow
 * ones only after the level has moved by more than its noise. A window between two of these would gain at most half as much again
 * over one of them.
 */
export const horizons = [4, 16, 64, 256] as const;

/** Number of consecutive rows of normal operation that are kept together: a few times the longest horizon. */
export const segmentRows = 4 * horizons[3];
