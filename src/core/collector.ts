import type { ZodType } from 'zod';
import type { Observation } from './observation.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import type { TagTable } from './tag.ts';

/** What a request to a device may cost; kept by the collector's session, shown on the health page. */
export interface SessionStats {
  readonly requests: number;
  readonly errors: number;
  readonly bytes: number;
}

/**
 * One open connection to one device. Iterating it polls or subscribes, and yields batches and events for as long as the
 * connection lives; the iteration ends or throws a `ScadaError` when it does not. Disposing is idempotent and waits for
 * what is in flight.
 */
export interface Session extends AsyncIterable<Observation>, AsyncDisposable {
  stats(): SessionStats;
}

/**
 * Speaks one protocol to one device, read-only, and knows nothing else: reconnect, back-off, health and staleness are the
 * supervisor's work.
 */
export interface Collector {
  /** Opens a session. @throws ScadaError `retryable` for what may pass, `config` for what the user must change */
  connect(signal: AbortSignal): Promise<Session>;
}

/** What a collector is created for: its device's name and its tags in the run's table. */
export interface CollectorTarget {
  readonly device: string;
  readonly tags: TagTable;
  /** Folder that is the collector's own for what must outlive a run (certificates). */
  readonly dataDir: string;
  /** Every device of the site, for collectors that see others talk to them. */
  readonly devices: readonly DeviceEndpoint[];
}

/** Where a configured device is reached. */
export interface DeviceEndpoint {
  readonly name: string;
  /** The type of its collector. */
  readonly type: string;
  /** Its part of the configuration, checked by its collector's schema. */
  readonly config: unknown;
}

export interface CollectorPlugin<Config = unknown> extends Plugin<Config> {
  /** Where in a device a tag lives. */
  readonly addressSchema: ZodType;
  create(config: Config, target: CollectorTarget, context: PluginContext): Collector;
}
