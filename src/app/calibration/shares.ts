import { TagTable } from '../../core/tag.ts';
import { joinLearned, learn, type Learned, learnedOf, type LearnedMessage } from '../../pipeline/calibration/index.ts';
import type { Recording, RecordingMessage } from '../../pipeline/recording.ts';
import { type DetectionPlan, detectorFactories } from '../detection/plan.ts';
import { shardsOf } from '../detection/shards.ts';
import { moduleBeside } from '../module.ts';
import { type Progress, runThread } from './thread.ts';

/** Blocks that are held out in turn: with the three days of a first start, each is a whole day. */
const folds = 3;

/** What one of several threads learns: some detectors, or some tags of one, from the running that all of them read. */
export interface Share {
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
  const shares = shardsOf(plan, workers);
  if (shares.length === 1) return learnShare(plan, recording, onProgress);
  const message = recording.toMessage();
  const progress = shares.map(() => ({ done: 0, texts: [] as string[] }));
  const learned = shares.map(async (own, index) => {
    const share: Share = { plan: own, recording: message };
    return runThread<LearnedMessage>(moduleBeside(import.meta.url, './learner'), 'learning', share, (done, text) => {
      const told = progress[index] as (typeof progress)[number];
      told.done = done;
      if (told.texts.at(-1) !== text) told.texts.push(text);
      // the step that all have come to: who is ahead would else be told of in turn with the others
      const last = progress.reduce((least, one) => (one.texts.length < least.texts.length ? one : least));
      onProgress(progress.reduce((sum, one) => sum + one.done, 0) / progress.length, last.texts.at(-1) ?? told.texts[0] ?? text);
    });
  });
  return joinLearned((await Promise.all(learned)).map(learnedOf), detectorFactories(plan));
}

/** Learns a plan, or a share of one, in this thread. */
export function learnShare(plan: DetectionPlan, recording: Recording, onProgress: Progress): Promise<Learned> {
  const tags = new TagTable(plan.tags);
  return learn({ detectors: detectorFactories(plan), source: () => recording, tags, groups: plan.groups, folds, onProgress });
}
