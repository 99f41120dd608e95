/** Name under which canaries pass through the monitor. No detector of a site has it. */
export const canaryName = 'canary';

/** Interval of canaries, ms of the machine's clock. */
export const canaryEveryMs = 60_000;

/** Bound of the synthetic sample, and its value beyond it. */
export const canaryLimit = 1;
export const canaryValue = 2;
