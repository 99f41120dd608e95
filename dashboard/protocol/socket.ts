import type { Alert, AlertChange } from '../../src/core/alert.ts';
import type { InstructorEntry, LabStatus } from '../../src/core/lab.ts';
import type { ReplayStatus } from '../../src/core/monitor.ts';
import type { ErrorBody, SessionInfo } from './http.ts';

/** Close codes of the server. 1006 is a broken link. */
export const CloseCode = {
  /** The page shows "server stopped" and keeps trying. */
  ServerStopped: 4000,
  /** Signed out, expired, or the user was removed: sign in again. */
  SessionEnded: 4001,
  /** A message was not valid. */
  InvalidMessage: 4002,
  TooManyMessages: 4003,
  /** The browser read too slowly for too long: connect again. */
  TooSlow: 4004,
  TooManyConnections: 4005,
  /** The page is older or newer than the server: reload it. */
  WrongVersion: 4006,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

export type ClientMessage =
  /** The tags on screen, by index in the run's tag list; replaces the previous message. The page increases `watch` each time. */
  | { readonly type: 'watch'; readonly watch: number; readonly tags: readonly number[] }
  /** Starts the alert stream after the last change that the page has; without one, with a snapshot. */
  | { readonly type: 'resume'; readonly epoch?: string | undefined; readonly sequence?: number | undefined }
  /** Lab status on each change and each second, until switched off. */
  | { readonly type: 'watch-lab'; readonly on: boolean }
  /** Reports activity of the user, which delays the end of an idle session. At most one a minute is needed. */
  | { readonly type: 'active' };

export type ServerMessage =
  /** First message. If `run` differs from that of the page's tag list, indices are invalid: load the list again. */
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
   * Answer to `resume` if changes are missing (`recovered: false`): replace all alerts by those from `first` to `last`. Changes
   * continue after `sequence`. `saved` as below.
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
   * Changes in order without gaps. It answers a `resume` without missing changes, even if it is empty. Changes after `saved` are
   * not on disk yet and are shown as not saved; without it, all are saved. It is sent again when it has changed.
   */
  | {
      readonly type: 'alert-changes';
      readonly recovered: true;
      readonly epoch: string;
      readonly saved?: number | undefined;
      readonly changes: readonly AlertChange[];
    }
  | { readonly type: 'lab'; readonly status: LabStatus }
  /** A message was refused; the stream continues. */
  | { readonly type: 'refused'; readonly of: ClientMessage['type']; readonly code: ErrorBody['code']; readonly message: string };

/** Sent at least once a second, independently of other messages. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly time: number;
  readonly wallTime: number;
  /** `time` minus the newest receive time of any tag; NaN before the first sample. */
  readonly lagMs: number;
  /** Delay of the monitor itself, ms of site time; missing while it is on time. */
  readonly lateMs?: number | undefined;
  /** Value frames that were skipped because the page read too slowly. */
  readonly skipped: number;
  /** Only while a simulated plant feeds the monitor. */
  readonly lab?: LabFeed | undefined;
  /** Only while a recording feeds the monitor; nothing is live then. */
  readonly replay?: ReplayStatus | undefined;
}

/** What everybody may know about the simulated plant. */
export interface LabFeed {
  readonly speed: number;
  /** True while a scenario runs. */
  readonly exercise: boolean;
  /** Last hint of the instructor in the running scenario. */
  readonly hint?: InstructorEntry | undefined;
}
