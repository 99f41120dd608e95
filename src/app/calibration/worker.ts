import { parentPort, workerData } from 'node:worker_threads';
import { toScadaError } from '../../core/errors.ts';
import { TagTable } from '../../core/tag.ts';
import { BandLearner } from '../../pipeline/bands.ts';
import { calibrate } from '../../pipeline/calibration/index.ts';
import type { Recording } from '../../pipeline/recording.ts';
import { detectorFactories, fingerprint } from '../detection/plan.ts';
import type { Baseline } from '../detection/messages.ts';
import type { CalibrationJob, CalibrationMessage } from './job.ts';
import { record } from './record.ts';

/** Share of the work that recording the normal running is, for the progress bar. */
const recordingShare = 0.4;

/** Blocks that are held out in turn: with the three days of a first start, each is a whole day. */
const folds = 3;

const port = parentPort;
if (port === null) throw new Error('this module is the entry of a worker thread');
const tell = (message: CalibrationMessage): void => port.postMessage(message);
const job = workerData as CalibrationJob;

function bandsOf(recording: Recording, tags: TagTable): Baseline['bands'] {
  const learner = new BandLearner(tags.size);
  for (const observation of recording) if (observation.kind === 'batch') learner.learn(observation.batch);
  return Object.fromEntries(
    tags.tags.flatMap(({ name }, index) => {
      const band = learner.band(index);
      return band === undefined ? [] : [[name, band] as const];
    }),
  );
}

async function run(): Promise<Baseline> {
  const { plan } = job;
  const tags = new TagTable(plan.tags);
  const { recording, description } = await record(job.source, tags, (done, text) =>
    tell({ type: 'progress', done: done * recordingShare, text }),
  );
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: () => recording,
    description,
    tags,
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    positions: plan.positions ?? [],
    folds,
    onProgress: (done, text) => tell({ type: 'progress', done: recordingShare + done * (1 - recordingShare), text }),
  });
  return { fingerprint: fingerprint(plan), calibration, bands: bandsOf(recording, tags) };
}

try {
  tell({ type: 'baseline', baseline: await run() });
} catch (thrown) {
  const { code, message, hint } = toScadaError(thrown);
  tell({ type: 'failed', code, message, hint });
}
