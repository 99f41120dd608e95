/** What the guard's thread is started with. Times in ms. */
export interface GuardData {
  /** Two cells: a counter of the main thread, and `ready` once the service has started. */
  readonly shared: SharedArrayBuffer;
  readonly checkMs: number;
  readonly warnMs: number;
  readonly endMs: number;
  /** How often systemd is told that the main thread runs; undefined where systemd does not ask. */
  readonly notifyEveryMs: number | undefined;
}

export const ready = 1;
