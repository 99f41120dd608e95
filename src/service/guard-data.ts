/** What the guard's thread is started with. Times in ms. */
export interface GuardData {
  /** Three cells: a counter of the main thread, `set` once the service has started, and `set` once it has received a stop signal. */
  readonly shared: SharedArrayBuffer;
  readonly checkMs: number;
  /** For how long the main thread may make no progress before that is reported, and before it ends the process; without the time that it had no CPU. */
  readonly warnMs: number;
  readonly endMs: number;
  /** How long the process may run after a stop signal. */
  readonly stopMs: number;
  /** How often systemd is told that the main thread runs; undefined where systemd does not ask. */
  readonly notifyEveryMs: number | undefined;
}

export const cell = { beat: 0, ready: 1, stopping: 2 } as const;
export const set = 1;
