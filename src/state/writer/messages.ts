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

/** `error` is why nothing of the request was written; undefined once all of it is on disk. */
export interface WriteAnswer {
  readonly id: number;
  readonly error: string | undefined;
}
