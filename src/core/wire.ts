/** Protocol of a conversation, recognised by its bytes, not by its port. */
export type WireProtocol = 'modbus' | 'opcua' | 'tcp' | 'udp' | 'icmp' | 'arp' | 'other';

/**
 * Two ends that talk. The client is the one that opened the connection or, where the opening was not seen, the one that
 * asks. Addresses are IP addresses in their usual text form (MAC addresses where there is no IP).
 */
export interface WireEnds {
  readonly client: string;
  readonly server: string;
  /** The server's port; 0 where the protocol has none. */
  readonly port: number;
  readonly protocol: WireProtocol;
  /** The configured device that is the server. */
  readonly device?: string | undefined;
}

/** Common fields of a tap's events: stream time (ms UTC), name of the tap, endpoints. */
interface FromTap {
  readonly time: number;
  readonly tap: string;
  readonly ends: WireEnds;
}

/**
 * Traffic of one kind between two ends. The first of its kind is told at once; what follows is summed up and told when the
 * tap's reporting period has passed.
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
  /** Responses that refused. */
  readonly exceptions: number;
  /** Lowest and highest address that requests touched; NaN where they touch none. */
  readonly low: number;
  readonly high: number;
  /** Median time from request to response, ms; NaN if there was none. */
  readonly latencyMs: number;
}

/** A connection began, was refused, or ended. */
export interface WireConnectionEvent extends FromTap {
  readonly type: 'wire-connection';
  /** `seen`: it was there before the tap began to listen. */
  readonly state: 'opened' | 'seen' | 'refused' | 'closed' | 'reset';
}

/** Somebody wrote. */
export interface WireWriteEvent extends FromTap {
  readonly type: 'wire-write';
  readonly operation: string;
  readonly unit?: number | undefined;
  /** Where: `holding 12`, `coil 3`, or a NodeId. */
  readonly target: string;
  /** Index of the tag that lives there, in the run's table. */
  readonly tag?: number | undefined;
  /** Last value that the tap saw there, in the tag's engineering unit where there is a tag, else as coded; undefined if it saw none. */
  readonly before?: number | string | undefined;
  readonly after: number | string;
  /** False when the device refused. Undefined when the answer was not seen. */
  readonly accepted?: boolean | undefined;
}

/** Contents of the OPC UA handshake that are readable even if the rest is encrypted. */
export interface WireSessionEvent extends FromTap {
  readonly type: 'wire-session';
  /** Last part of the security policy's URI, e.g. `None`, `Basic256Sha256`; empty where it was not seen. */
  readonly policy: string;
  readonly mode: 'None' | 'Sign' | 'SignAndEncrypt' | '';
  /** `Anonymous`, `UserName`, `Certificate`, `IssuedToken`; empty where it was not seen. */
  readonly token: string;
  readonly applicationUri: string;
  /** Name that was used to log in; never more of it than the name. */
  readonly user?: string | undefined;
  /** SHA-1 thumbprint of the client's certificate, in hexadecimal. */
  readonly certificate?: string | undefined;
}

/** Something on the wire that should not be. */
export interface WireFaultEvent extends FromTap {
  readonly type: 'wire-fault';
  /**
   * `malformed`: bytes that break the protocol; `unmatched`: a response without a request, or a second one; `exception`: a request
   * was refused; `lost`: the tap did not get all bytes of the connection.
   */
  readonly fault: 'malformed' | 'unmatched' | 'exception' | 'lost';
  readonly operation: string;
  readonly unit?: number | undefined;
  readonly detail: string;
}

/** One client walks along something: addresses, unit ids, functions, nodes, ports or hosts. */
export interface WireScanEvent extends FromTap {
  readonly type: 'wire-scan';
  readonly what: 'addresses' | 'units' | 'functions' | 'nodes' | 'ports' | 'hosts' | 'identities';
  /** Number of different ones so far. */
  readonly count: number;
  readonly detail: string;
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
  | WireSessionEvent
  | WireFaultEvent
  | WireScanEvent
  | WireLossEvent;
