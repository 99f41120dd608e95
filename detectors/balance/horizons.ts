/**
 * Rows over which balances are judged, each four times the one before: what is sharp shows in a few rows, what is slow only where the
 * level has moved by more than its noise, and a window between two of these would see at most half as much more than one of them.
 */
export const horizons = [4, 16, 64, 256] as const;

/** Rows of normal running that are kept together: a few of the longest. */
export const segmentRows = 4 * horizons[3];
