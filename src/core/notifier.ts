import type { Alert, AlertChange } from './alert.ts';
import type { Plugin } from './plugin.ts';
import type { RecordStream, SecurityRecord } from './security-record.ts';

/** One message for many changes: in a flood, for a group of alerts, or as a reminder. */
export interface AlertDigest {
  /** Times of the first and the last change, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** Number of replaced changes, and of alerts raised in them. */
  readonly changes: number;
  readonly raised: number;
  /** Last change of each alert, most urgent first. */
  readonly latest: readonly AlertChange[];
  /** Number of further alerts that no message lists. Always 0: a digest has as many parts as its list needs. */
  readonly omitted: number;
  /** Place of this message among the parts of its digest, from 1; absent if it has one part. */
  readonly part?: { readonly number: number; readonly of: number } | undefined;
  /** Incident, area or equipment that the alerts share, if the receiver groups them. */
  readonly group?: string | undefined;
  /** Set for collected updates: known alerts have changed, and call for nobody. */
  readonly updates?: true | undefined;
  /** Set for a reminder: the alerts wait for an acknowledgement, and have not changed. */
  readonly waiting?: true | undefined;
}

/** Proves that alerts arrive. It is no alert. */
export interface Canary {
  readonly id: string;
  /** ms UTC of the machine's clock. */
  readonly time: number;
  /** Set if the configuration wants a message that people can see, also where it disturbs them. */
  readonly isShown?: true | undefined;
}

/** An acknowledgement in the receiver's tool. */
export interface OutsideAcknowledgement {
  /** Id of the alert. */
  readonly alert: string;
  /** Name of the person as the tool states it; empty if it states none. */
  readonly by: string;
}

/** Host and port to which a notifier connects. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** Sends changes to another system. The caller provides queue, retries and rate limit. */
export interface Notifier {
  /** @throws ScadaError `retryable` to be called again with the same change, `fatal` to give up on it */
  notify(change: AlertChange, signal: AbortSignal): Promise<void>;
  /** Sends a digest of many changes; fails like `notify`. */
  notifyDigest(digest: AlertDigest, signal: AbortSignal): Promise<void>;
  /**
   * Sends many changes in their order, for a receiver that is a program: it then gets every change and no digest, also in a flood. Fails
   * like `notify`; a `fatal` error concerns one of them at least.
   */
  notifyAll?(changes: readonly AlertChange[], signal: AbortSignal): Promise<void>;
  /** False for a change that its settings exclude. Such a change is in no digest and uses no rate. Without it, every change is sent. */
  wants?(change: AlertChange): boolean;
  /** Most alerts that one digest can list; default 100. */
  readonly digestSize?: number;
  /**
   * Asks the receiver which of these alerts were acknowledged there.
   * @param waiting alerts that wait for an acknowledgement
   * @throws ScadaError as `notify`
   */
  acknowledged?(waiting: readonly Alert[], signal: AbortSignal): Promise<readonly OutsideAcknowledgement[]>;
  /**
   * Proves that the receiver would take an alert, by a way that calls nobody: a message for programs, or a request that changes nothing.
   * Fails like `notify`.
   */
  canary(canary: Canary, signal: AbortSignal): Promise<void>;
  /** Streams of records that its settings include; none without it. */
  readonly streams?: readonly RecordStream[];
  /** Sends records of one stream in their order; fails like `notifyAll`. */
  sendRecords?(records: readonly SecurityRecord[], signal: AbortSignal): Promise<void>;
}

export interface NotifierPlugin<Config = unknown> extends Plugin<Config> {
  /** Hosts and ports to which it connects. Without it, they are those of the settings `url`, or `host` and `port`. */
  destinations?(config: Config): readonly Destination[];
  create(config: Config): Notifier;
}
