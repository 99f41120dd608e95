/** Start data of the guard's thread. Times in ms. */
export interface GuardData {
  /**
   * Four cells: a counter of the main thread, `set` once the service has started, `set` once it has received a stop signal, and `set` while
   * the record that the main thread runs waits for the disk.
   */
  readonly shared: SharedArrayBuffer;
  readonly checkMs: number;
  /** Process id of the parent process with which this one ends; undefined if it has none. */
  readonly parent: number | undefined;
  /** Data directory, which keeps the record of the run; undefined if none is kept. */
  readonly dataDir: string | undefined;
  /**
   * Time without progress of the main thread until a report, until its stack is taken, and until the process is ended; time without a
   * CPU does not count.
   */
  readonly warnMs: number;
  readonly stackMs: number;
  readonly endMs: number;
  /** Time that the process has to end after a stop signal. */
  readonly stopMs: number;
  /** Interval of reports to systemd; undefined if systemd does not request them. */
  readonly notifyEveryMs: number | undefined;
}

export const cell = { beat: 0, ready: 1, stopping: 2, recording: 3 } as const;
export const set = 1;
