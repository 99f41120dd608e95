import type { ZodType } from 'zod';
import type { Discovery, DiscoveryTarget } from './discovery.ts';
import type { Event, Observation } from './observation.ts';
import type { PacketSink } from './packets.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import type { TagTable } from './tag.ts';

/** Request budget of a device; kept by the collector's session, shown on the health page. */
export interface SessionStats {
  readonly requests: number;
  readonly errors: number;
  readonly bytes: number;
}

/**
 * An open connection to one device. Iteration polls or subscribes, and yields batches and events while the connection exists. It
 * ends or throws a `ScadaError` when the connection is lost. Disposal is idempotent and waits for pending requests.
 */
export interface Session extends AsyncIterable<Observation>, AsyncDisposable {
  stats(): SessionStats;
}

/** Reads one device by one protocol. It never writes. Reconnects, back-off, health and staleness are the supervisor's task. */
export interface Collector {
  /** Opens a session. @throws ScadaError `retryable` for temporary failures, `config` for errors that the user must correct */
  connect(signal: AbortSignal): Promise<Session>;
}

/** A collector whose module and driver are loaded at the first connection. */
export function lazyCollector(load: () => Promise<Collector>): Collector {
  let collector: Promise<Collector> | undefined;
  return {
    async connect(signal) {
      collector ??= load();
      return await (await collector).connect(signal);
    },
  };
}

/** Target of a collector: name of its device, and its tags in the run's table. */
export interface CollectorTarget {
  readonly device: string;
  readonly tags: TagTable;
  /** The collector's own folder for data that must survive a restart, such as certificates. */
  readonly dataDir: string;
  /** All devices of the site, for collectors that observe traffic between them. */
  readonly devices: readonly DeviceEndpoint[];
  /** Keeps the packets of a live tap as evidence; absent if none are kept. */
  readonly packets?: PacketSink | undefined;
}

/** Network address of a configured device. */
export interface DeviceEndpoint {
  readonly name: string;
  /** The type of its collector. */
  readonly type: string;
  /** Its part of the configuration, validated by its collector's schema. */
  readonly config: unknown;
}

/** A request that a collector will send periodically. */
export interface PlannedRequest {
  /** Period of the tags' scan class, ms. */
  readonly periodMs: number;
  /** Receiver and content in terms of the protocol, e.g. `unit 1`, `FC3`, `holding 0–11`. */
  readonly unit: string;
  readonly operation: string;
  readonly target: string;
  /** Items (registers, bits, nodes) that it reads, and those of them that no tag uses. */
  readonly count: number;
  readonly unasked: number;
  readonly tags: readonly string[];
  /** Reason why it is sent less often than its period states, if so. */
  readonly note?: string | undefined;
}

/** Requests that a collector will send to its device, computed without a connection. */
export interface CollectorPlan {
  readonly requests: readonly PlannedRequest[];
  /** Load without failures. */
  readonly load?:
    | {
        readonly requestsPerSecond: number;
        readonly itemsPerSecond: number;
        /** Unit of the items, e.g. `registers and bits`. */
        readonly items: string;
        /** Bytes of the protocol's messages in both directions. */
        readonly bytesPerSecond: number;
        /** Fraction of the device's request budget; above 1 the budget cannot be kept. */
        readonly budgetUsed: number;
      }
    | undefined;
  /** Remarks as sentences. */
  readonly notes: readonly string[];
  /** Reason why the scan periods cannot be kept, and the setting that helps. */
  readonly problems: readonly { readonly text: string; readonly hint: string }[];
}

/** A tag that its device, as configured, cannot serve. `key` is the wrong part of the tag. */
export interface TagProblem {
  readonly tag: string;
  readonly key: string;
  readonly message: string;
}

/** A point of a device that matches a pattern. */
export interface TagMatch {
  /** Names from the top of the device's tree down to the point's own; at least one. */
  readonly path: readonly string[];
  /** Its address, as parsed by `addressSchema`. */
  readonly address: unknown;
}

/** One entry of a recorded file, such as a packet, and the events that it causes. */
export interface RecordedEntry {
  /** ms UTC; never steps back. */
  readonly time: number;
  readonly events: readonly Event[];
}

/** Site that a recording is read for. */
export interface RecordingTarget {
  /** Name of the device in the events. */
  readonly device: string;
  readonly tags: TagTable;
  /** Every device of the site, among them those of the reader's own type. */
  readonly devices: readonly DeviceEndpoint[];
  /** Period of reports on continuing traffic, ms of stream time; 0 reports every entry. */
  readonly periodMs: number;
}

/** Reader of recorded files that yields the observations of a live device. */
export interface Recordings {
  /** True for the usual name of such a file. */
  isNamed(file: string): boolean;
  /** True if a file begins as a recording does. A file that cannot be read is none. */
  begins(file: string): Promise<boolean>;
  /**
   * All entries in order.
   * @throws ScadaError INPUT_INVALID for a file that cannot be opened, or read on: then after the entries before the flaw
   */
  read(file: string, target: RecordingTarget, signal: AbortSignal): AsyncGenerator<RecordedEntry, void, void>;
}

/** Server of a simulated plant in the place of a device: one controller, the plant's OPC UA server, or a copy of all their traffic. */
export type LabServer =
  | { readonly kind: 'controller'; readonly host: string; readonly port: number; readonly unit: number }
  | { readonly kind: 'plant' | 'tap'; readonly host: string; readonly port: number };

/** Address of a started server of a simulated plant. */
export interface LabAddress {
  readonly port: number;
  /** URL of a server that has one. */
  readonly endpoint?: string | undefined;
}

/** Use of a collector with a simulated plant. */
export interface LabSupport<Config> {
  /** Server that the settings expect; undefined for settings that no simulated plant can serve. */
  serverOf(config: Config): LabServer | undefined;
  /** Settings for the server at its address, without what only real devices need. */
  settingsAt(config: Config, address: LabAddress): Config;
  /**
   * Makes client and server trust each other, which are started by the same command. Absent where no certificates are used.
   * @param dataDir folder of the device
   * @param server the server's certificate, DER
   * @returns the client's certificate, DER
   */
  trust?(dataDir: string, server: Buffer): Promise<Buffer>;
}

export interface CollectorPlugin<Config = unknown> extends Plugin<Config> {
  /** Schema of a tag's address in the device. */
  readonly addressSchema: ZodType;
  /** Checks across both schemas for tags that do not fit the settings of the device. */
  check?(config: Config, device: string, tags: TagTable): readonly TagProblem[];
  /** Requests of the collector, computed without a connection. @throws ScadaError `config` like `create` */
  plan?(config: Config, target: CollectorTarget): CollectorPlan;
  /**
   * Requests from the device the points that match address patterns, at the rate of normal collection. Returns a list per pattern
   * whose order depends only on the points. Absent if addresses cannot be patterns.
   * @throws ScadaError if the points could not be determined
   */
  expand?(
    config: Config,
    target: DiscoveryTarget,
    addresses: readonly unknown[],
    context: PluginContext,
    signal: AbortSignal,
  ): Promise<readonly (readonly TagMatch[])[]>;
  /** Discovery of a device's points; absent if not supported. */
  readonly discovery?: Discovery<Config> | undefined;
  /** Reader of recorded files, such as packet captures; absent if there are none. */
  readonly recordings?: Recordings | undefined;
  /** Absent if no simulated plant serves such devices. */
  readonly lab?: LabSupport<Config> | undefined;
  create(config: Config, target: CollectorTarget, context: PluginContext): Collector;
}
