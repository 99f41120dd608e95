import { TagTable } from '../../core/tag.ts';
import { joinLearned, learn, type Learned, learnedOf, type LearnedMessage } from '../calibration/index.ts';
import type { Recording, RecordingMessage } from './recording.ts';
import { type DetectionPlan, detectorFactories } from '../../detection/plan/plan.ts';
import { shardsOf } from '../../detection/threads/shards.ts';
import { moduleBeside } from '../../core/module.ts';
import { type Progress, runThread } from './thread.ts';

/** Blocks that are held out in turn: with the three days of a first start, each is a whole day. */
const folds = 3;

/** What one of several threads learns: some detectors, or some tags of one, from the running that all of them read. */
export interface LearningShard {
  readonly plan: DetectionPlan;
  readonly recording: RecordingMessage;
}

/** Learns a plan in as many threads as it is worth, at most `workers`. What is learned does not depend on how many they are. */
export async function learnPlan(
  plan: DetectionPlan,
  recording: Recording,
  workers: number,
  onProgress: Progress,
): Promise<Learned> {
  const shards = shardsOf(plan, workers);
  if (shards.length === 1) return learnShard(plan, recording, onProgress);
  const message = recording.toMessage();
  const progress = together(shards.length, onProgress);
  const learned = shards.map(async (own, index) => {
    const shard: LearningShard = { plan: own, recording: message };
    const module = moduleBeside(import.meta.url, './learner');
    return runThread<LearningShard, LearnedMessage>(module, 'learning', shard, progress[index] as Progress);
  });
  return joinLearned((await Promise.all(learned)).map(learnedOf), detectorFactories(plan));
}

/**
 * The progress of several who do the same steps as one: how far they are on average, and the step that all have come to. Who is ahead would
 * else be told of in turn with the others.
 * @returns what each of them tells
 */
export function together(count: number, onProgress: Progress): Progress[] {
  const told = Array.from({ length: count }, () => ({ done: 0, texts: [] as string[] }));
  return told.map((own) => (done, text) => {
    own.done = done;
    if (own.texts.at(-1) !== text) own.texts.push(text);
    const last = told.reduce((least, one) => (one.texts.length < least.texts.length ? one : least));
    onProgress(told.reduce((sum, one) => sum + one.done, 0) / count, last.texts.at(-1) ?? own.texts[0] ?? text);
  });
}

/** Learns a plan, or a share of one, in this thread. */
export function learnShard(plan: DetectionPlan, recording: Recording, onProgress: Progress): Promise<Learned> {
  const tags = new TagTable(plan.tags);
  return learn({ detectors: detectorFactories(plan), source: () => recording, tags, groups: plan.groups, folds, onProgress });
}
