import { constants, setPriority } from 'node:os';
import { systemClock } from '../../core/clock.ts';
import { serveJob } from '../job/thread.ts';
import { limitsOf, type LimitsJob } from './job.ts';

// On Linux this concerns this thread only, elsewhere the whole process: the monitor has precedence.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

serveJob((job: LimitsJob, onProgress) => limitsOf(job, systemClock, onProgress));
