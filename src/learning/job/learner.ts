import { learnedMessage } from '../calibration/index.ts';
import { Recording } from './recording.ts';
import { learnShard, type LearningShard } from './shards.ts';
import { serveJob } from './thread.ts';

serveJob(async ({ plan, recording, passes }: LearningShard, onProgress) =>
  learnedMessage(await learnShard(plan, new Recording(recording), onProgress, passes)),
);
