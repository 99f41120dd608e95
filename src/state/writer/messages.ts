import type { Alert, AlertChange } from '../../core/alert.ts';
import type { MinorFinding } from '../../core/minor.ts';
import type { AuditEntry } from '../../core/state.ts';
import type { Operation, ReadCall } from './operation.ts';

/** What a start reads of state.db. */
export interface StateContents {
  readonly id: string;
  readonly alerts: { readonly alerts: Alert[]; readonly sequence: number; readonly recent: AlertChange[] };
  /** Those that have not ended. */
  readonly minor: MinorFinding[];
  /** The newest entry of each action. */
  readonly lastEntries: readonly AuditEntry[];
  /** Rows of the tables that are kept in memory; of baselines, the newest version of each. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

export type Row = Readonly<Record<string, string | number | null>>;

/** Operations of one transaction. */
export interface WriteRequest {
  /** The run of the monitor. Only the one that has written or loaded last may write. */
  readonly run: string;
  /** Counts up within a run: a request that is repeated is written once. */
  readonly number: number;
  readonly operations: readonly Operation[];
}

/** A read with writes over it that are in effect, but not on disk. */
export interface ReadRequest {
  readonly call: ReadCall;
  readonly waiting: readonly Operation[];
  /** Number of the first waiting operations that are being written: all of them are on disk by now, or none. */
  readonly writing: number;
}

/** Directory of the database. */
interface In {
  readonly dir: string;
}

/** Calls of the process that owns state.db. */
export interface StateCalls {
  readonly load: { readonly args: In & { readonly run: string }; readonly result: StateContents };
  /** Rejects if nothing of the request was written. */
  readonly write: { readonly args: In & WriteRequest; readonly result: void };
  /** @see ReadRequest; `number` is that of the last write request */
  readonly read: { readonly args: In & ReadRequest & { readonly number: number }; readonly result: unknown };
  /** Closes the database. */
  readonly close: { readonly args: In; readonly result: void };
}
