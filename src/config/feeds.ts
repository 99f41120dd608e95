import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { FeedSettings } from '../core/feed.ts';
import { duration } from './duration.ts';

const dayMs = 86_400_000;
const leastPeriodMs = 60_000;

const isOnThisMachine = (url: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** A feed of indicators. */
export const feedSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,23}$/, 'at most 24 letters, digits, dots, underscores and hyphens')
      .describe('name in alerts, unique in the site'),
    path: z
      .string()
      .min(1)
      .optional()
      .describe('file, or folder of .json files, relative to this file: STIX 2.1 bundles or events of MISP'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('address instead of `path`; https unless it is on this machine. No other address is requested'),
    headers: z.record(z.string(), z.string()).default({}).describe('headers of the request, e.g. authorization: ${env:FEED_KEY}'),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits')
      .optional()
      .describe('expected SHA-256; a file beside `path` that ends in .sha256 states it too'),
    period: duration.default(3_600_000).describe('time between two reads, at least 1m'),
    stale: duration.default(7 * dayMs).describe('age of the content from which an alarm is raised'),
    maxAge: duration.default(365 * dayMs).describe('age at which an indicator without a stated end expires'),
    history: duration.default(30 * dayMs).describe('span of recorded traffic in which new indicators are searched for'),
    mostBytes: z
      .int()
      .min(1_000)
      .max(64 * 1024 * 1024)
      .default(8 * 1024 * 1024)
      .describe('largest content, bytes'),
    allowPrivate: z.boolean().default(false).describe('private addresses are indicators too, e.g. for a feed of the own plant'),
  })
  .superRefine(({ path, url, period }, context) => {
    const refuse = (at: string, message: string): void => context.addIssue({ code: 'custom', path: [at], message });
    if ((path === undefined) === (url === undefined)) refuse('path', 'either path or url is required');
    if (url?.startsWith('http:') === true && !isOnThisMachine(url))
      refuse('url', 'anybody on the network between could replace the feed: use https');
    if (period < leastPeriodMs) refuse('period', 'at least 1m');
  });

/** @param file path of the configuration */
export const resolveFeeds = (feeds: readonly z.infer<typeof feedSchema>[], file: string): readonly FeedSettings[] =>
  feeds.map(({ path, period, stale, maxAge, history, ...more }) => ({
    ...more,
    path: path === undefined ? undefined : resolve(dirname(file), path),
    periodMs: period,
    staleMs: stale,
    maxAgeMs: maxAge,
    historyMs: history,
  }));
