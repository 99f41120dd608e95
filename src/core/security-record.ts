/** Lists of the monitor, beside the alerts, that security tools can receive. */
export const recordStreams = ['audit', 'network'] as const;
export type RecordStream = (typeof recordStreams)[number];

/** An entry of the audit trail, with what the receiver may know of persons. */
export interface RecordedAct {
  readonly role: string;
  readonly user?: string | undefined;
  /** Address of a sign-in. */
  readonly address?: string | undefined;
  readonly object: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly reason?: string | undefined;
}

/** An event of a device or the network. */
export interface RecordedTraffic {
  /** Who opened the connection; absent for an event of a device. */
  readonly client?: string | undefined;
  readonly server?: string | undefined;
  /** 0 if the protocol has none. */
  readonly port?: number | undefined;
  readonly protocol?: string | undefined;
  readonly device?: string | undefined;
  /** Kind of request, such as `FC6`; empty if it is none. */
  readonly operation?: string | undefined;
  readonly packets?: number | undefined;
  readonly bytes?: number | undefined;
  /** State of a connection or of a device. */
  readonly state?: string | undefined;
}

/** A record of one stream. It has the parts of an act or of traffic; one without both states that records are missing. */
export interface SecurityRecord {
  /** The same at each attempt to send it, also after a restart. */
  readonly id: string;
  readonly stream: RecordStream;
  /** ms UTC */
  readonly time: number;
  /** Action such as `user.created`, kind of event such as `wire-write`, or `gap`. */
  readonly kind: string;
  /** One line. */
  readonly text: string;
  readonly site: string;
  readonly act?: RecordedAct | undefined;
  readonly traffic?: RecordedTraffic | undefined;
}

/** Records of one stream in their order. A position stays valid over restarts. */
export interface RecordSource {
  readonly stream: RecordStream;
  /** Position after the last record. */
  end(signal: AbortSignal): Promise<string>;
  /**
   * Records after a position.
   * @returns no record and the same position if there is none; the position after them otherwise
   */
  after(
    position: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly records: readonly SecurityRecord[]; readonly position: string }>;
}
