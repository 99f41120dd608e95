import { learnedMessage } from '../calibration/index.ts';
import { Recording } from './recording.ts';
import { learnShare, type Share } from './shares.ts';
import { workInThread } from './thread.ts';

await workInThread(async ({ plan, recording }: Share, onProgress) =>
  learnedMessage(await learnShare(plan, new Recording(recording), onProgress)),
);
