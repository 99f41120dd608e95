import type { Alert, AlertChange } from '../../src/core/alert.ts';
import type { LabStatus } from '../../src/core/lab.ts';
import type { ReplayStatus } from '../../src/core/monitor.ts';
import type { ErrorBody, SessionInfo } from './http.ts';

/** Why the server closed a websocket. 1006 is a broken link, as always. */
export const CloseCode = {
  /** The page shows "server stopped" and goes on trying. */
  ServerStopped: 4000,
  /** Logged out, expired, or the user was removed: back to login. */
  SessionEnded: 4001,
  /** A message did not follow this file. */
  InvalidMessage: 4002,
  TooManyMessages: 4003,
  /** The browser did not take what was sent for too long: connect again. */
  TooSlow: 4004,
  TooManyConnections: 4005,
  /** The page is older or newer than the server: reload it. */
  WrongVersion: 4006,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

export type ClientMessage =
  /** The tags on screen, by index in the run's tag list; replaces the last one. `watch` is counted up by the page. */
  | { readonly type: 'watch'; readonly watch: number; readonly tags: readonly number[] }
  /** Opens the alert stream after the last change that the page has seen; without one, from a snapshot. */
  | { readonly type: 'resume'; readonly epoch?: string | undefined; readonly sequence?: number | undefined }
  /** Lab status on each change and each second, until switched off. */
  | { readonly type: 'watch-lab'; readonly on: boolean }
  /** A person is using the page: puts off the end of an idle session. At most one a minute is needed. */
  | { readonly type: 'active' };

export type ServerMessage =
  /** First message. Another `run` than that of the page's tag list: indices are no longer valid, load the list again. */
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly run: number;
      readonly session: SessionInfo;
      readonly time: number;
    }
  | Heartbeat
  /** Texts of watched text tags: all of them after a watch, then those that changed. */
  | { readonly type: 'texts'; readonly watch: number; readonly texts: readonly { readonly tag: number; readonly text: string }[] }
  /**
   * Answer to `resume` where changes are missing (`recovered: false`): replace all alerts by those from `first` to `last`;
   * changes go on after `sequence`. `saved` as below.
   */
  | {
      readonly type: 'alert-snapshot';
      readonly recovered: false;
      readonly epoch: string;
      readonly sequence: number;
      readonly saved?: number | undefined;
      readonly first: boolean;
      readonly last: boolean;
      readonly alerts: readonly Alert[];
    }
  /**
   * Changes in order without gaps. The answer to a `resume` that misses nothing is one of these, even if it is empty. Changes after
   * `saved` are not on disk yet and are shown as not saved; without it, all are saved. It is sent again when it has changed.
   */
  | {
      readonly type: 'alert-changes';
      readonly recovered: true;
      readonly epoch: string;
      readonly saved?: number | undefined;
      readonly changes: readonly AlertChange[];
    }
  | { readonly type: 'lab'; readonly status: LabStatus }
  /** A message was not obeyed; the stream goes on. */
  | { readonly type: 'refused'; readonly of: ClientMessage['type']; readonly code: ErrorBody['code']; readonly message: string };

/** At least once a second, whatever else is sent. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly time: number;
  readonly wallTime: number;
  /** `time` minus the newest receive time of any tag; NaN before the first sample. */
  readonly lagMs: number;
  /** Delay of the monitor itself, ms of site time; missing while it is on time. */
  readonly lateMs?: number | undefined;
  /** Value frames that this page was spared because it took them too slowly. */
  readonly skipped: number;
  /** Only while a simulated plant feeds the monitor. */
  readonly lab?: { readonly speed: number; readonly exercise: boolean } | undefined;
  /** Only while a recording feeds the monitor: nothing then is live. */
  readonly replay?: ReplayStatus | undefined;
}
