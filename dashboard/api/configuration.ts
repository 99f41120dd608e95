import { z } from 'zod';
import { changedText } from '../../src/core/changed-configuration.ts';
import { limits } from '../protocol.ts';
import { refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { requested, waits } from './approvals.ts';
import { confirmConfiguration, isConfirmationWaiting } from './confirm-configuration.ts';
import { route } from './route.ts';
import { acted, list, note, nothing, text, time } from './schemas/parts.ts';

/** Most changed settings that the request for a second person names. */
const mostNamed = 3;

const setting = z
  .strictObject({
    object: z.string(),
    before: z.string().optional().describe('absent if the setting is new'),
    after: z.string().optional().describe('absent if the setting is gone'),
  })
  .meta({ id: 'ChangedSetting' });

/** Routes for changed settings of the configuration, which a person confirms. The audit trail has each act. */
export const configurationRoutes = {
  'GET /api/configuration': route({
    permission: 'view',
    summary: 'Returns the changed settings of the configuration that nobody has confirmed.',
    input: nothing,
    answer: z.strictObject({
      change: z
        .strictObject({
          id: z.string(),
          at: time.describe('start with the first of these changes'),
          file: z.string(),
          settings: list(setting).describe('at most 100'),
          count: z.int(),
          waiting: z.boolean().describe('true if a confirmation waits for another user'),
        })
        .optional()
        .describe('absent if every change is confirmed'),
    }),
    handler: (_call, { view, approvals }) => {
      const open = view.configuration?.open();
      if (open === undefined) return {};
      const waiting = isConfirmationWaiting(approvals, open.id);
      return {
        change: { ...open, settings: open.settings.slice(0, limits.changedSettings), count: open.settings.length, waiting },
      };
    },
  }),

  'POST /api/configuration/confirm': route({
    permission: 'confirm-configuration',
    summary:
      'Confirms the changed settings of the configuration with their reason, or requests it where a second person must approve.',
    input: z.strictObject({ id: text, reason: note.min(1) }),
    answer: acted({ waiting: waits }),
    handler: async ({ input: { id, reason }, session }, services) => {
      const { view } = services;
      const open = view.configuration?.open();
      try {
        if (open?.id === id) {
          const act = { kind: 'configuration', change: id, text: changedText(open.settings, mostNamed) } as const;
          const waiting = await requested(services, act, session, reason);
          if (waiting !== undefined) return waiting;
        }
        await confirmConfiguration(view, id, actorOf(session), reason, 'first');
        return {};
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),
};
