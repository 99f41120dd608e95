import type { MonitorConfig } from '../config/resolve.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { DamageReports } from '../core/damage.ts';
import type { FindingChange } from '../core/finding.ts';
import type { LabControl } from '../core/lab.ts';
import { type Observation, observeEvent } from '../core/observation.ts';
import { type Logger, Metrics, type PluginContext } from '../core/plugin.ts';
import { Random } from '../core/random.ts';
import { TaskScope } from '../core/scope.ts';
import type { Naming } from '../core/shown.ts';
import type { StateStore } from '../core/state.ts';
import { Shutdown } from '../core/shutdown.ts';
import { Supervisor } from '../core/supervisor.ts';
import { ObservationStream } from '../ingest/stream.ts';
import { StreamTime } from '../ingest/stream-time.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import type { Unconfirmed } from './configuration/unconfirmed.ts';
import type { PastSamples } from './lab-history/write.ts';
import type { References } from './reference/references.ts';
import type { ReplayPlayer } from './replay-player.ts';

/** Most observations that wait for one reader of the stream. */
const streamBound = 1_024;
/**
 * Time for which detectors and historian let observations accumulate, ms of wall time. It is not noticeable, and limits wake-ups
 * to 20 per second for any number of devices.
 */
const gatherMs = 50;

/** Time that a resource has to close at the end, ms of wall time. */
const closeMs = 1_500;

export interface MonitorOptions {
  readonly config: MonitorConfig;
  /** Changes of the configuration since it was confirmed; none if absent. */
  readonly configuration?: Unconfirmed | undefined;
  /** The stored reference set; without it, nothing is compared with one. */
  readonly reference?: References | undefined;
  readonly dataDir: string;
  readonly state: StateStore;
  /** Time of the site: plant time in the lab. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly seed: number;
  /** Time of the machine; default: its clock. */
  readonly wall?: Clock | undefined;
  /** Baseline that fits the configuration's detection plan. */
  readonly baseline?: Baseline | undefined;
  /** Time at which that was learned, ms UTC; default: now. */
  readonly learnedAt?: number | undefined;
  readonly lab?: LabControl | undefined;
  /** Names of users for notifiers; default: their roles. */
  readonly naming?: Naming | undefined;
  /** Pseudonym of a network address for notifiers; default: addresses are hidden from receivers that get pseudonyms. */
  readonly addressPseudonym?: ((address: string) => string) | undefined;
  /** Samples that are written to a historian that has none. */
  readonly past?: PastSamples | undefined;
  /** Source of observations instead of devices; its clock is the site's. */
  readonly replay?: ReplayPlayer | undefined;
  /** Reports of damages; each raises an alarm. */
  readonly damages?: DamageReports | undefined;
  /** End of the last run, as sentences of an alarm; undefined if it was stopped. */
  readonly lastEnd?: string | undefined;
  /** Shutdown steps of the process with their limits; default: the monitor's own. */
  readonly shutdown?: Shutdown | undefined;
  /** Receives every observation of the stream. */
  readonly onObservation?: ((observation: Observation) => void) | undefined;
  /** Receives every finding, after the alerts have it. */
  readonly onFindings?: ((changes: readonly FindingChange[]) => void) | undefined;
}

/** The state that all parts of one running monitor share. */
export interface MonitorRuntime {
  readonly options: MonitorOptions;
  readonly wall: Clock;
  readonly context: PluginContext;
  readonly stream: ObservationStream;
  readonly supervisor: Supervisor;
  readonly shutdown: Shutdown;
  /** Tasks that write to the stream. */
  readonly collecting: TaskScope;
  /** Tasks that read the stream; they end when it is closed. */
  readonly reading: TaskScope;
  readonly cleanup: AsyncDisposableStack;
  /** Puts an observation on the stream at its place in stream time, after a step of the clock that this reveals. */
  readonly publish: (observation: Observation, signal: AbortSignal) => Promise<void>;
  readonly streamTime: StreamTime;
  /** Registers a resource for disposal at the end, within a limit. */
  readonly use: <Resource extends AsyncDisposable>(name: string, resource: Resource) => Resource;
  /** Pause of a reader whose queue is empty. */
  readonly gather: () => Promise<void>;
}

export function prepareRuntime(options: MonitorOptions, cleanup: AsyncDisposableStack): MonitorRuntime {
  const { logger, clock } = options;
  const { wall = systemClock } = options;
  const random = new Random(options.seed);
  const stream = new ObservationStream(streamBound);
  const streamTime = new StreamTime(options.config.tags.size, options.replay === undefined ? clock : undefined);
  const supervisor = new Supervisor({ clock: wall, random, logger });
  const { shutdown = new Shutdown(wall) } = options;
  return {
    options,
    wall,
    context: { logger, clock, random, metrics: new Metrics(), damages: options.damages, parts: supervisor },
    stream,
    supervisor,
    shutdown,
    collecting: new TaskScope(),
    reading: new TaskScope(),
    cleanup,
    publish: async (observation, signal) => {
      const placed = streamTime.place(observation);
      const offsetMs = streamTime.takeStep();
      if (offsetMs !== 0)
        await stream.publish(streamTime.place(observeEvent({ type: 'clock', time: clock.now(), offsetMs })), signal);
      await stream.publish(placed, signal);
    },
    streamTime,
    use: (name, resource) => {
      cleanup.defer(() => shutdown.step(name, closeMs, () => resource[Symbol.asyncDispose]()));
      return resource;
    },
    gather: () => wall.sleep(gatherMs),
  };
}
