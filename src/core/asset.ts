import type { DeviceState } from './observation.ts';

/** A changed property of a device: its identity, or a posture event. */
export interface AssetChange {
  /** ms UTC */
  readonly at: number;
  /** One sentence. */
  readonly text: string;
}

/** A device with all that the monitor has read about it. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  /** Host and port, never a secret. */
  readonly address: string;
  readonly state: DeviceState;
  readonly tags: number;
  /** As the device states it: manufacturer, product, firmware. Empty if it states nothing. */
  readonly identity: Readonly<Record<string, string>>;
  /** Security of the monitor's own connection, by the names of its settings, such as `securityMode`; unit ids. */
  readonly connection: Readonly<Record<string, string>>;
  /** The last changes since the start of the monitor, newest first. */
  readonly changes: readonly AssetChange[];
}

/** Two ends that talk to each other, as a tap or a capture has seen them. */
export interface Conversation {
  readonly client: string;
  readonly server: string;
  /** 0 if the protocol has none. */
  readonly port: number;
  readonly protocol: string;
  /** The configured device of the server, if any. */
  readonly device?: string | undefined;
  /** Unit ids, ascending; empty if the protocol has none. */
  readonly units: readonly number[];
  /** Kinds of requests, such as `FC3`. */
  readonly operations: readonly string[];
  readonly packets: number;
  readonly bytes: number;
  /** Number of writes. */
  readonly writes: number;
  /** ms UTC */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The devices of the site, and who talks to whom since the start of the monitor. */
export interface AssetInventory {
  readonly assets: readonly Asset[];
  /** The last active first. */
  readonly conversations: readonly Conversation[];
  /** Number of conversations that are not listed, because there are too many. */
  readonly unlisted: number;
}
