/** An event of the network, as recorded by a tap or a capture. */
export interface TrafficRecord {
  /** ms UTC */
  readonly time: number;
  /** Kind of the event: `wire-write`, `wire-traffic`, `wire-connection` … */
  readonly kind: string;
  readonly client: string;
  readonly server: string;
  /** 0 if the protocol has none. */
  readonly port: number;
  readonly device?: string | undefined;
  /** Kind of request, such as `FC6`; empty if it is none. */
  readonly operation: string;
  /** Content of the event as text: target and values of a write, number of packets. */
  readonly text: string;
}

/** Recorded traffic of some spans of time. */
export interface Traffic {
  /** Oldest first. */
  readonly records: readonly TrafficRecord[];
  /** True if there is more than the limit of the request. */
  readonly more: boolean;
}

/** Recorded traffic that a reader asks for. */
export interface TrafficQuery {
  readonly spans: readonly Span[];
  /** Addresses of which all traffic is of interest; that of others makes room for it. */
  readonly clients: readonly string[];
  /** Most records. */
  readonly limit: number;
}

/** A span of time, ms UTC: from inclusive, to exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
