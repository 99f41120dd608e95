import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { toScadaError } from '../core/errors.ts';
import type { Logger } from '../core/plugin.ts';
import { fileWrites } from '../data-directory/writes.ts';
import { baselineId } from '../detection/baseline/fits.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import type { LiveDetection } from '../detection/threads/live.ts';
import { stateTime } from '../detection/threads/pool.ts';
import type { StreamTime, StreamTimeSnapshot } from '../ingest/stream-time.ts';
import { readSnapshot, writeSnapshot } from '../storage/snapshot.ts';
import type { MonitorRuntime } from './runtime.ts';
import type { Shadow } from './shadow/shadow.ts';

/** Interval at which the state is written to disk, ms of wall time. */
const saveEveryMs = 30_000;
/** Interval after a failed attempt, ms. */
const retryEveryMs = 5_000;

const fileIn = (dataDir: string): string => join(dataDir, 'detection.snapshot');

/** State of the detectors, with the stream time that it has reached. */
interface KeptState {
  readonly engine: Uint8Array;
  readonly time: StreamTimeSnapshot;
}

/** The last saved state of the detectors under a baseline; undefined if there is none. */
export async function readDetectorState(dataDir: string, baseline: Baseline, logger: Logger): Promise<KeptState | undefined> {
  const bytes = await readSnapshot(fileIn(dataDir), baselineId(baseline), logger);
  if (bytes === undefined) return undefined;
  const kept = deserialize(bytes) as Partial<KeptState>;
  if (kept.engine !== undefined && kept.time !== undefined) return { engine: kept.engine, time: kept.time };
  // earlier versions stored the engine alone
  const at = stateTime(bytes);
  return { engine: bytes, time: { at, latest: at } };
}

/** Saves the state of the live and the shadow detectors, for the next start and for restarted threads. */
export class DetectorStateSaver {
  readonly #file: string;
  readonly #logger: Logger;
  readonly #detection: Pick<LiveDetection, 'state'>;
  readonly #streamTime: StreamTime;
  readonly #shadow: Pick<Shadow, 'save'> | undefined;
  #fault: string | undefined;
  #isSaving = false;

  constructor({ options, streamTime }: MonitorRuntime, detection: LiveDetection, shadow: Shadow | undefined) {
    this.#file = fileIn(options.dataDir);
    this.#logger = options.logger;
    this.#detection = detection;
    this.#streamTime = streamTime;
    this.#shadow = shadow;
  }

  /** Never rejects: a failure is logged and in `fault`. */
  async save(): Promise<void> {
    this.#isSaving = true;
    try {
      const state = await this.#detection.state();
      if (state !== undefined) {
        const kept: KeptState = { engine: state.bytes, time: this.#streamTime.save() };
        await writeSnapshot(this.#file, baselineId(state.baseline), serialize(kept));
      }
      await this.#shadow?.save();
      this.#fault = undefined;
    } catch (thrown) {
      const { message } = toScadaError(thrown);
      if (this.#fault !== message) this.#logger.error(`the state of the detectors is not saved: ${message}`);
      this.#fault = message;
    } finally {
      this.#isSaving = false;
    }
  }

  /** Reason why the state is not on disk; undefined while it is. */
  fault(): string | undefined {
    return this.#fault ?? (this.#isSaving ? fileWrites.fault() : undefined);
  }

  /** Starts the task that saves the state periodically. */
  saveRegularly({ wall, supervisor, collecting }: MonitorRuntime): void {
    const keep = async (signal: AbortSignal): Promise<void> => {
      for (;;) {
        await wall.sleep(this.#fault === undefined ? saveEveryMs : retryEveryMs, signal);
        await this.save();
      }
    };
    collecting.start((stop) => supervisor.run('snapshots', keep, stop));
  }
}
