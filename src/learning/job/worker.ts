import { TagTable } from '../../core/tag.ts';
import { BandLearner } from './bands.ts';
import { calibrationWithEpisodes } from '../calibration/index.ts';
import { learnModes } from '../modes/index.ts';
import type { Recording } from './recording.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { fingerprint } from '../../detection/plan/plan.ts';
import type { CalibrationJob } from './job.ts';
import { keepMaxima } from './kept.ts';
import { record } from './record.ts';
import { learnPlan } from './shards.ts';
import { serveJob } from './thread.ts';

/** Fractions of the time for recording, learning and the search for modes; bands take the rest. */
const recordingShare = 0.2;
const learningShare = 0.75;
const modesShare = 0.035;

/** Samples from which another thread is useful: starting one takes about as long as learning from them. */
const samplesPerThread = 1_000_000;

function bandsOf(recording: Recording, tags: TagTable): Baseline['bands'] {
  const learner = new BandLearner(tags.size);
  for (const observation of recording) if (observation.kind === 'batch') learner.learn(observation.batch);
  return Object.fromEntries(
    tags.tags.flatMap(({ name, range }, index) => {
      const band = learner.band(index, range);
      return band === undefined ? [] : [[name, band] as const];
    }),
  );
}

serveJob(async ({ plan, source, workers, modes: agreed = [], keep }: CalibrationJob, onProgress): Promise<Baseline> => {
  const tags = new TagTable(plan.tags);
  const { recording, description } = await record(source, tags, (done, text) => onProgress(done * recordingShare, text));
  const threads = Math.min(workers, Math.ceil(recording.length / samplesPerThread));
  const learned = await learnPlan(plan, recording, threads, (done, text) =>
    onProgress(recordingShare + done * learningShare, text),
  );
  const { calibration, episodes } = calibrationWithEpisodes(learned, { ...plan, description });
  const reviewable = {
    ...(keep === undefined ? {} : { maxima: await keepMaxima(learned, keep) }),
    list: episodes((tag) => plan.tags[tag]?.name ?? ''),
  };
  onProgress(recordingShare + learningShare, 'looking for modes');
  const modes = [...agreed, ...learnModes(recording, tags)];
  onProgress(recordingShare + learningShare + modesShare, 'learning the usual band of each tag');
  const baseline = { fingerprint: fingerprint(plan), calibration, bands: bandsOf(recording, tags), episodes: reviewable };
  onProgress(1, 'calibrated');
  return modes.length === 0 ? baseline : { ...baseline, modes };
});
