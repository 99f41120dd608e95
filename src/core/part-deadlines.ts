/** Interval of the checks of the monitor's parts, ms of wall time. */
export const checkEveryMs = 1_000;

/** Longest time from the stop of a part to its alarm, ms, on a machine that has a CPU for the monitor. A test holds the table to it. */
export const mostUntilAlarmMs = 15_000;

/**
 * Deadlines after which a part of the monitor that is stopped, blocked or killed is reported. Counts are checks, not time: while the
 * main thread itself is late, an answer may wait to be read.
 */
export const partDeadlines = {
  /** Checks without an answer of a detection thread, of the thread of the notifiers, or of the process of the historian. */
  unansweredChecks: 10,
  /** The same after which a page does not wait for the historian any longer. */
  readChecks: 5,
  /** Checks without an observation of a session, which reports at least its health every 10 s. */
  sessionChecks: 13,
  /** Time without progress of a write to the disk: event log, spool, snapshots, lists, record of the run. */
  diskMs: 8_000,
  /** Interval of the records that the monitor runs: a disk that hangs shows although nothing else is written. */
  recordEveryMs: 3_000,
  /** Time without an acknowledgement of a batch by the historian, ms; the batch then waits on disk. */
  storeMs: 5_000,
  /** Time for which the historian may accept nothing after that, ms. */
  storeAwayMs: 7_000,
  /** Time for which the oldest observation may wait for the detectors, ms. */
  judgedMs: 10_000,
} as const;
