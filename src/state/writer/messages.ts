import type { Operation } from './operation.ts';

/** Start data of the thread. */
export interface WriterOptions {
  readonly dir: string;
  /** One number in shared memory: the last request that is on disk, also when the thread ends before it has answered. */
  readonly written: Int32Array<SharedArrayBuffer>;
}

/** Operations that become one transaction. */
export interface WriteRequest {
  readonly id: number;
  readonly operations: readonly Operation[];
}

/** Calls of the thread. */
export interface WriterCalls {
  /** Rejects where nothing of the request was written. */
  readonly write: { readonly args: WriteRequest; readonly result: void };
  /** Closes the database. */
  readonly close: { readonly args: undefined; readonly result: void };
}
