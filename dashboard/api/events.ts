import { z } from 'zod';
import { byRole, shownAlert, shownChange } from '../../src/core/shown.ts';
import { limits } from '../protocol.ts';
import { positionOf, positionText } from './event-streams.ts';
import { route } from './route.ts';
import { alert, alertChange } from './schemas/alert.ts';
import { labFeed } from './schemas/lab.ts';
import { figure, list, queryNumber } from './schemas/parts.ts';

/** Longest wait of a long poll, s: proxies end silent requests after 30 s or 60 s. */
const mostWait = 25;
const after = z.string().max(200).optional().describe('position from an earlier answer: only later changes are returned');
const eventText = z
  .custom<AsyncIterable<string>>()
  .meta({ override: { type: 'string' }, description: 'events `alert-snapshot`, `alert-changes` and, each second, `status`' });

/** Alerts and status for clients without a websocket. */
export const eventRoutes = {
  'GET /api/events': route({
    permission: 'view',
    summary: 'Streams alerts and status as server-sent events, from a position or the header Last-Event-ID on.',
    input: z.strictObject({ after }),
    answer: eventText,
    isStream: true,
    handler: ({ input, session, network, signal }, { streams }) => streams.events({ session, network, signal }, input.after),
  }),

  'GET /api/events/next': route({
    permission: 'view',
    summary: 'Returns alerts after a position, or waits for the next change; without a known position, all open alerts.',
    input: z.strictObject({
      after,
      wait: queryNumber
        .pipe(z.number().min(0).max(mostWait))
        .meta({ override: { type: 'number', minimum: 0, maximum: mostWait } })
        .optional()
        .describe('longest wait, s'),
    }),
    answer: z.strictObject({
      position: z.string().describe('`after` of the next request'),
      snapshot: list(alert).optional().describe('all open alerts, which replace those that the client has'),
      changes: list(alertChange),
      saved: z.number().optional().describe('sequence of the last change on disk, if later ones are not saved yet'),
      status: z.strictObject({
        time: z.number().describe('ms UTC, site time'),
        wallTime: z.number(),
        lagMs: figure,
        lateMs: z.number().optional(),
        replay: z.strictObject({ source: z.string(), speed: z.number() }).optional(),
        lab: labFeed.optional(),
      }),
    }),
    handler: async ({ input, session, network, signal }, { view, streams, heartbeat }) => {
      const feed = view.alerts;
      const given = positionOf(input.after);
      const isKnown = given.epoch === feed.epoch && given.sequence !== undefined && given.sequence <= feed.sequence;
      const from = isKnown ? given.sequence : undefined;
      if (from !== undefined) await streams.waitForChange({ session, network, signal }, from, (input.wait ?? 0) * 1000);
      const changes = from === undefined ? undefined : feed.changesAfter(from, limits.changesPerPage);
      const sequence = changes === undefined ? feed.sequence : (changes.at(-1)?.sequence ?? from ?? feed.sequence);
      const { type: _type, ...status } = heartbeat();
      return {
        position: positionText(feed.epoch, sequence),
        ...(changes === undefined ? { snapshot: feed.open().map((one) => shownAlert(one, byRole)) } : {}),
        changes: (changes ?? []).map((change) => shownChange(change, byRole)),
        ...(feed.savedSequence >= sequence ? {} : { saved: feed.savedSequence }),
        status,
      };
    },
  }),
};
