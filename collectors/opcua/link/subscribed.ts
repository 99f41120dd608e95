import type { EventFieldList, NodeId } from 'node-opcua-client';
import type { Life } from '../values/guard.ts';
import type { Change } from '../values/hold.ts';

/** One subscription of the session. */
export interface Subscription {
  readonly id: number;
  /** Longest time between two answers, as revised by the server, ms. */
  readonly keepAliveMs: number;
  /** Positions of the tags that its keep-alives cover: its own tags, and for the first subscription those without one. */
  readonly members: Set<number>;
  readonly life: Life;
  /** Slowest sampling interval of its items, as revised by the server, ms. */
  samplingMs: number;
  /** Last time its values were repeated, by the monotonic clock. */
  heldAt: number;
  /** Number of answers with more notifications to follow. */
  backlogs: number;
  /** Sequence number of the first answer that was not passed on: a successor session begins with it. */
  passedOn: number;
}

/** Contents of one publish response; without changes and events it is a keep-alive. */
export interface Notification {
  readonly subscription: Subscription;
  readonly changes: readonly Change[];
  readonly events: readonly EventFieldList[];
  /** Number of lost notifications. */
  readonly lost: number;
  /** True if the server has more notifications for the next answer. */
  readonly more: boolean;
  /** Sequence number of the next answer with data. */
  readonly next: number;
  /** True if it waited while there was no connection, so that its arrival is no measure of delay. */
  readonly old: boolean;
}

/** Result for an item: 0 if it is monitored now. `plain` if it is monitored without its deadband. */
export interface Watched {
  readonly status: number;
  readonly plain: boolean;
}

/** A subscription with the state that another session needs to continue it. */
export interface Owned extends Subscription {
  /** Expected sequence number of the next answer with data. */
  expected: number;
  items: number;
  full: boolean;
  /** Monitored nodes by the positions of their tags. */
  readonly watched: Map<number, NodeId>;
  /** True after a takeover until all notifications that waited at the server have arrived. */
  catchingUp: boolean;
}
