import type { Alert, AlertChange } from '../../core/alert.ts';
import type { AlertDigest, Canary, OutsideAcknowledgement } from '../../core/notifier.ts';
import type { SecurityRecord } from '../../core/security-record.ts';

/** A notifier of the configuration, for the thread that runs it. */
export interface ThreadedNotifier {
  readonly type: string;
  /** Validated settings. */
  readonly config: unknown;
}

/** What is passed to the notifier at a place of the list. */
interface To<Passed> {
  readonly index: number;
  readonly passed: Passed;
}

/** The methods of `Notifier` that send or ask, and a sign of life. */
export interface NotifierCalls {
  /** Answered as soon as the event loop of the thread runs. */
  alive: { readonly args: undefined; readonly result: void };
  notify: { readonly args: To<AlertChange>; readonly result: void };
  notifyDigest: { readonly args: To<AlertDigest>; readonly result: void };
  notifyAll: { readonly args: To<readonly AlertChange[]>; readonly result: void };
  acknowledged: { readonly args: To<readonly Alert[]>; readonly result: readonly OutsideAcknowledgement[] };
  canary: { readonly args: To<Canary>; readonly result: void };
  sendRecords: { readonly args: To<readonly SecurityRecord[]>; readonly result: void };
}
