import type { DetectorFactory, DetectorGroup } from '../../core/detector.ts';
import type { Position } from '../../core/monitor.ts';
import type { Observation } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import type { EngineSettings } from '../../detection/engine/index.ts';

export interface LearnOptions {
  readonly detectors: readonly DetectorFactory[];
  /** Normal operation in order of time; requested once per pass, and each time the same. An observation may change after 32 others were returned. */
  readonly source: () => Iterable<Observation> | AsyncIterable<Observation>;
  readonly tags: TagTable;
  readonly groups: readonly DetectorGroup[];
  /** Contiguous blocks, each judged by detectors that have not learned it. */
  readonly folds?: number;
  /** Passes that are reported, at least those of the detectors: threads with fewer passes report the same steps. */
  readonly passes?: number;
  readonly settings?: EngineSettings;
  /** @param done 0–1 */
  readonly onProgress?: (done: number, text: string) => void;
  readonly signal?: AbortSignal;
}

export interface CalibrateOptions extends LearnOptions {
  /** Text for the record: "3 days of waterworks, simulated". */
  readonly description: string;
  /** Newly raised alerts per day of stream time that are accepted in normal operation. */
  readonly budgetPerDay: number;
  /** Operator positions, each with a budget for the alerts of its areas beside that of the plant. */
  readonly positions?: readonly Position[];
}
