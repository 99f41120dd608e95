import type { Operation } from './operation.ts';

/** Start data of the thread. */
export interface WriterOptions {
  readonly dir: string;
  /** A number in shared memory: the last request on disk, valid also if the thread ends before it replies. */
  readonly written: Int32Array<SharedArrayBuffer>;
}

/** Operations of one transaction. */
export interface WriteRequest {
  readonly id: number;
  readonly operations: readonly Operation[];
}

/** Calls of the thread. */
export interface WriterCalls {
  /** Rejects if nothing of the request was written. */
  readonly write: { readonly args: WriteRequest; readonly result: void };
  /** Closes the database. */
  readonly close: { readonly args: undefined; readonly result: void };
}
