import type { Permission, Role } from '../../src/core/access.ts';

export interface SessionInfo {
  /** Number in the lists of sessions. */
  readonly number: number;
  readonly role: Role;
  /** Wall time of its latest end. */
  readonly endsAtWall: number;
  /** Time without a click, a key or an action after which it ends, ms. */
  readonly idleMs: number;
  /** Set if the user must set up a second factor first: every other request is refused. */
  readonly mustEnrol?: true | undefined;
}

/** A session in the lists of sessions. Times in wall time, ms UTC. */
export interface OpenSession {
  /** Consecutive number since the start of the server, used only in these lists. */
  readonly number: number;
  readonly openedAtWall: number;
  readonly activeAtWall: number;
  /** Address from which the user signed in. */
  readonly address: string;
  /** True for the session of the request. */
  readonly own: boolean;
}

/** Counters of the dashboard, for the system page. */
export interface DashboardStats {
  readonly connections: number;
  readonly sessions: number;
  readonly framesSent: number;
  readonly framesSkipped: number;
  readonly closedForSlowness: number;
}

/** Body of every answer other than 2xx. */
export interface ErrorBody {
  readonly code:
    | 'unauthenticated'
    | 'forbidden'
    | 'invalid'
    | 'not-found'
    | 'credentials'
    | 'locked'
    | 'too-many'
    | 'conflict'
    | 'refused'
    | 'unavailable'
    | 'internal';
  readonly message: string;
  readonly hint?: string | undefined;
  /** Required permission, with `forbidden`. */
  readonly needs?: Permission | undefined;
  /** With `locked` and `too-many`. */
  readonly retryAfterMs?: number | undefined;
}

/** Query part of the address of a GET. */
export type Query = Readonly<Record<string, string | number | readonly string[] | readonly number[] | undefined>>;
