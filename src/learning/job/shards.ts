import { TagTable } from '../../core/tag.ts';
import { joinLearned, learn, type Learned, learnedOf, type LearnedMessage } from '../calibration/index.ts';
import type { Recording, RecordingMessage } from './recording.ts';
import { type DetectionPlan, detectorFactories } from '../../detection/plan/plan.ts';
import { shardsOf } from '../../detection/threads/shards.ts';
import { moduleBeside } from '../../core/module.ts';
import { type Progress, runThread } from './thread.ts';

/** Number of holdout folds: with the three days of a first start, each is a whole day. */
const folds = 3;

/** Part of a calibration for one thread: some detectors, or some tags of one, with the common recording. */
export interface LearningShard {
  readonly plan: DetectionPlan;
  readonly recording: RecordingMessage;
  /** Passes of the whole plan. */
  readonly passes: number;
}

/** Learns a plan in a suitable number of threads, at most `workers`. The result does not depend on their number. */
export async function learnPlan(
  plan: DetectionPlan,
  recording: Recording,
  workers: number,
  onProgress: Progress,
): Promise<Learned> {
  const shards = shardsOf(plan, workers);
  if (shards.length === 1) return learnShard(plan, recording, onProgress);
  const message = recording.toMessage();
  const passes = Math.max(...detectorFactories(plan).map(({ plugin }) => plugin.passes));
  const progress = together(shards.length, onProgress);
  const learned = shards.map(async (own, index) => {
    const shard: LearningShard = { plan: own, recording: message, passes };
    const module = moduleBeside(import.meta.url, './learner');
    return runThread<LearningShard, LearnedMessage>(module, 'learning', shard, progress[index] as Progress);
  });
  return joinLearned((await Promise.all(learned)).map(learnedOf), detectorFactories(plan));
}

/**
 * Combines the progress of threads with the same steps: their mean progress, and the step that all have reached. Otherwise, the
 * texts of the fastest and the slowest would alternate.
 * @returns progress receiver for each thread
 */
export function together(count: number, onProgress: Progress): Progress[] {
  const parts = Array.from({ length: count }, () => ({ done: 0, texts: [] as string[] }));
  return parts.map((own) => (done, text) => {
    own.done = done;
    if (own.texts.at(-1) !== text) own.texts.push(text);
    const last = parts.reduce((least, one) => (one.texts.length < least.texts.length ? one : least));
    onProgress(parts.reduce((sum, one) => sum + one.done, 0) / count, last.texts.at(-1) ?? own.texts[0] ?? text);
  });
}

/** Learns a plan, or a part of one, in this thread. @param passes those of the whole plan, of which progress tells */
export function learnShard(plan: DetectionPlan, recording: Recording, onProgress: Progress, passes = 0): Promise<Learned> {
  const [detectors, tags] = [detectorFactories(plan), new TagTable(plan.tags)];
  return learn({ detectors, source: () => recording, tags, groups: plan.groups, folds, passes, onProgress });
}
