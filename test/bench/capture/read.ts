import { statSync } from 'node:fs';
import { tapFigures } from '../../../collectors/capture/health.ts';
import { capture } from '../../../collectors/capture/index.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { testContext } from '../../support/tiny-plant.ts';

/** Measurements of one run of the capture bench. */
export interface CaptureRun {
  readonly packets: number;
  readonly events: number;
  /** Of the whole process, its start included. */
  readonly cpuSeconds: number;
  /** Bytes when half was read, and at the end. */
  readonly rssAtHalf: number;
  readonly rssAtEnd: number;
}

/** Reads one capture by the collector's session, a process of its own: `read.ts FILE` prints a `CaptureRun`. */
const path = process.argv[2] ?? '';
const context = testContext();
const config = capture.schema.parse({ source: { type: 'file', path } });
const collector = capture.create(config, { device: 'tap', tags: new TagTable([]), dataDir: '', devices: [] }, context);
await using session = await collector.connect(new AbortController().signal);
const { size } = statSync(path);
let events = 0;
let rssAtHalf = 0;
let healths = 0;
for await (const observation of session) {
  if (observation.kind !== 'event') continue;
  events++;
  if (observation.event.type !== 'device-health') continue;
  healths++;
  if (rssAtHalf === 0 && session.stats().bytes > size / 2) rssAtHalf = process.memoryUsage.rss();
  // the report at the end is the first one that covers less than a whole interval
  if (observation.event.intervalMs < 10_000 && healths > 1) break;
}
const { user, system } = process.cpuUsage();
const result: CaptureRun = {
  packets: context.metrics.value(tapFigures, { device: 'tap', figure: 'packets' }),
  events,
  cpuSeconds: (user + system) / 1e6,
  rssAtHalf,
  rssAtEnd: process.memoryUsage.rss(),
};
console.log(JSON.stringify(result));
process.exit(0);
