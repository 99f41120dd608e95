/** Protocol of a conversation, recognised by its bytes, not by its port. */
export type WireProtocol = 'modbus' | 'opcua' | 'tcp' | 'udp' | 'icmp' | 'arp' | 'other';

/** Operation of messages that a tap cannot read because they are encrypted. */
export const encrypted = 'encrypted';

/**
 * Two communicating ends. The client opened the connection or, if the opening was not seen, sends the requests. Addresses are IP
 * addresses in text form, or MAC addresses if there is no IP.
 */
export interface WireEnds {
  readonly client: string;
  readonly server: string;
  /** The server's port; 0 if the protocol has none. */
  readonly port: number;
  readonly protocol: WireProtocol;
  /** The configured device of the server, if any. */
  readonly device?: string | undefined;
}

/** Common fields of a tap's events: stream time (ms UTC), name of the tap, endpoints. */
interface FromTap {
  readonly time: number;
  readonly tap: string;
  readonly ends: WireEnds;
}

/**
 * Traffic of one kind between two ends. The first of its kind is reported at once; later traffic is summed up and reported after
 * each reporting period of the tap.
 */
export interface WireTrafficEvent extends FromTap {
  readonly type: 'wire-traffic';
  /** `FC3`, `FC43/14` (Modbus function, with its sub-code), `Browse` (OPC UA service), `Hello` (OPC UA transport); empty for bare transport. */
  readonly operation: string;
  /** Modbus unit id. */
  readonly unit?: number | undefined;
  /** True when this client, server, port, unit and operation were not seen before in this run. */
  readonly first: boolean;
  readonly packets: number;
  readonly bytes: number;
  readonly requests: number;
  readonly responses: number;
  /** Number of responses that refused the request. */
  readonly exceptions: number;
  /** Lowest and highest address in the requests; NaN if there are none. */
  readonly low: number;
  readonly high: number;
  /** Median time from request to response, ms; NaN if there was no response. */
  readonly latencyMs: number;
}

/** A connection was opened, refused or closed. */
export interface WireConnectionEvent extends FromTap {
  readonly type: 'wire-connection';
  /** `seen`: it existed before the tap started. */
  readonly state: 'opened' | 'seen' | 'refused' | 'closed' | 'reset';
}

/** A write on the network. */
export interface WireWriteEvent extends FromTap {
  readonly type: 'wire-write';
  readonly operation: string;
  readonly unit?: number | undefined;
  /** Target of the write: `holding 12`, `coil 3`, or a NodeId. */
  readonly target: string;
  /** Index of the tag at the target in the run's table, if any. */
  readonly tag?: number | undefined;
  /**
   * Last value that the tap saw at the target, in the tag's engineering unit, or as coded if there is no tag; otherwise the last one
   * that the monitor read of the tag; undefined if there is none.
   */
  readonly before?: number | string | undefined;
  readonly after: number | string;
  /** False if the device refused the write. Undefined if the response was not seen. */
  readonly accepted?: boolean | undefined;
}

/** Value of a tag in a response to a client, in the tag's engineering unit. */
export interface TagReading {
  /** Index of the tag in the run's table. */
  readonly tag: number;
  readonly value: number;
}

/**
 * Values of tags that a device sent to one client in one response. They are not the monitor's own samples: they show if another client
 * receives the same. Each tag and client is reported at most about once in the tag's scan period. Texts and refused values are omitted.
 */
export interface WireReadingsEvent extends FromTap {
  readonly type: 'wire-readings';
  readonly operation: string;
  readonly unit?: number | undefined;
  readonly readings: readonly TagReading[];
}

/** Contents of the OPC UA handshake that are readable even if the rest is encrypted. */
export interface WireSessionEvent extends FromTap {
  readonly type: 'wire-session';
  /** Last part of the security policy's URI, e.g. `None`, `Basic256Sha256`; empty if it was not seen. */
  readonly policy: string;
  readonly mode: 'None' | 'Sign' | 'SignAndEncrypt' | '';
  /** `Anonymous`, `UserName`, `Certificate`, `IssuedToken`; empty if it was not seen. */
  readonly token: string;
  readonly applicationUri: string;
  /** User name of the sign-in. No other credential is recorded. */
  readonly user?: string | undefined;
  /** SHA-1 thumbprint of the client's certificate, in hexadecimal. */
  readonly certificate?: string | undefined;
}

/** A violation on the network. */
export interface WireFaultEvent extends FromTap {
  readonly type: 'wire-fault';
  /**
   * `malformed`: bytes that violate the protocol. `unmatched`: a response without a request, or a second one. `exception`: a
   * refused request. `lost`: the tap missed bytes of the connection.
   */
  readonly fault: 'malformed' | 'unmatched' | 'exception' | 'lost';
  readonly operation: string;
  readonly unit?: number | undefined;
  readonly detail: string;
}

/** A client scans addresses, unit ids, functions, nodes, ports or hosts. */
export interface WireScanEvent extends FromTap {
  readonly type: 'wire-scan';
  readonly what: 'addresses' | 'units' | 'functions' | 'nodes' | 'ports' | 'hosts' | 'identities';
  /** Number of distinct items so far. */
  readonly count: number;
  readonly detail: string;
}

/**
 * Hardware address of an IPv4 address, as its host states it in ARP: the first one that the tap saw, and each change. `ends` has the
 * IP address as client and as server, and the first device that is configured with it.
 */
export interface WireAddressEvent extends FromTap {
  readonly type: 'wire-address';
  /** In text form: `00:0c:29:3e:5a:01`. */
  readonly address: string;
  /** Hardware address before the change; undefined for the first one. */
  readonly before?: string | undefined;
}

/** Packets that the capture program or the network card dropped in the last reporting period. */
export interface WireLossEvent {
  readonly type: 'wire-loss';
  readonly time: number;
  readonly tap: string;
  readonly dropped: number;
}

export type WireEvent =
  | WireTrafficEvent
  | WireConnectionEvent
  | WireWriteEvent
  | WireReadingsEvent
  | WireSessionEvent
  | WireFaultEvent
  | WireScanEvent
  | WireAddressEvent
  | WireLossEvent;
