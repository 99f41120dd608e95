/** By name of a status tag or command: the states that occurred in the calibration. */
export type LearnedStates = Readonly<Record<string, readonly number[]>>;
