import type { BatchMessage } from '../../core/batch.ts';
import { serveJob } from '../../learning/job/thread.ts';
import type { HistoryJob } from './job.ts';
import { simulateHistory } from './simulate.ts';

serveJob(
  async ({ tags, ...span }: HistoryJob): Promise<readonly BatchMessage[]> =>
    (await simulateHistory(span, tags)).map((batch) => batch.toMessage()),
);
