import { join } from 'node:path';
import { toScadaError } from '../core/errors.ts';
import type { Logger } from '../core/plugin.ts';
import { fileWrites } from '../data-directory/writes.ts';
import { baselineId } from '../detection/baseline/fits.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import type { LiveDetection } from '../detection/threads/live.ts';
import { readSnapshot, writeSnapshot } from '../storage/snapshot.ts';
import type { MonitorRuntime } from './runtime.ts';
import type { Shadow } from './shadow/shadow.ts';

/** Interval at which the state is written to disk, ms of wall time. */
const saveEveryMs = 30_000;
/** Interval after a failed attempt, ms. */
const retryEveryMs = 5_000;

const fileIn = (dataDir: string): string => join(dataDir, 'detection.snapshot');

/** The last saved state of the detectors under a baseline; undefined if there is none. */
export function readDetectorState(dataDir: string, baseline: Baseline, logger: Logger): Promise<Uint8Array | undefined> {
  return readSnapshot(fileIn(dataDir), baselineId(baseline), logger);
}

/** Saves the state of the live and the shadow detectors, for the next start and for restarted threads. */
export class DetectorStateSaver {
  readonly #file: string;
  readonly #logger: Logger;
  readonly #detection: Pick<LiveDetection, 'state'>;
  readonly #shadow: Pick<Shadow, 'save'> | undefined;
  #fault: string | undefined;
  #isSaving = false;

  constructor({ options }: MonitorRuntime, detection: LiveDetection, shadow: Shadow | undefined) {
    this.#file = fileIn(options.dataDir);
    this.#logger = options.logger;
    this.#detection = detection;
    this.#shadow = shadow;
  }

  /** Never rejects: a failure is logged and in `fault`. */
  async save(): Promise<void> {
    this.#isSaving = true;
    try {
      const state = await this.#detection.state();
      if (state !== undefined) await writeSnapshot(this.#file, baselineId(state.baseline), state.bytes);
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
