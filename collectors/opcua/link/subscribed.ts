import type { EventFieldList, NodeId } from 'node-opcua-client';
import type { Life } from '../values/guard.ts';
import type { Change } from '../values/hold.ts';

/** One subscription of the session's. */
export interface Subscription {
  readonly id: number;
  /** The longest time between two answers that the server agreed to, ms. */
  readonly keepAliveMs: number;
  /** Positions of the tags that its keep-alives cover: its own tags, and for the first subscription those of none. */
  readonly members: Set<number>;
  readonly life: Life;
  /** The slowest sampling that the server agreed to, ms. */
  samplingMs: number;
  /** When its values were repeated last, by the monotonic clock. */
  heldAt: number;
  /** Number of answers with more notifications to follow. */
  backlogs: number;
  /** Number of the answer from which on nothing has been passed on: what another session would have to begin with. */
  passedOn: number;
}

/** Contents of one publish response; without changes and events it is a keep-alive. */
export interface Notification {
  readonly subscription: Subscription;
  readonly changes: readonly Change[];
  readonly events: readonly EventFieldList[];
  /** Notifications of ours that never came. */
  readonly lost: number;
  /** The server has more to say, and the next answer says it. */
  readonly more: boolean;
  /** Number of the answer that comes next with something to say. */
  readonly next: number;
  /** It waited while there was no connection, so its arrival is no measure of delay. */
  readonly old: boolean;
}

/** Outcome for an item: 0 if it is monitored now. `plain` if only without its deadband. */
export interface Watched {
  readonly status: number;
  readonly plain: boolean;
}

/** A subscription with what it takes to go on with it, in another session too. */
export interface Owned extends Subscription {
  /** Number of the next answer that has something to say. */
  expected: number;
  items: number;
  full: boolean;
  /** The nodes that it watches, by the positions of their tags. */
  readonly watched: Map<number, NodeId>;
  /** It was taken over, and what waited at the server has not all come. */
  catchingUp: boolean;
}
