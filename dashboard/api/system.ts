import { z } from 'zod';
import { limitsText } from '../../src/core/detection-limits.ts';
import { unwatchedSummary } from '../../src/core/unwatched.ts';
import { limits } from '../protocol.ts';
import { auditLine, toAuditLine } from './audit-line.ts';
import { unconfirmedCount } from './confirm-configuration.ts';
import { route } from './route.ts';
import { withoutRunningExercise } from './running-exercise.ts';
import { list, nothing, queryCount, queryNumber, queryOffset, text, time } from './schemas/parts.ts';
import * as shown from './schemas/system.ts';

const defaultEntries = 200;

const health = z.strictObject({
  devices: list(shown.deviceStatus),
  chain: list(shown.chainLink),
  parts: list(shown.partStatus).describe('supervised parts of the monitor'),
  learning: shown.learningStatus,
  maintenance: list(shown.maintenanceWindow).describe('parts of the plant that are out of service for maintenance'),
  planned: list(shown.plannedMaintenance).describe('maintenance that begins by the clock, the next one first'),
  dashboard: shown.dashboardStats,
  approvals: z.int().describe('acts that wait for the approval of another user'),
  unconfirmed: z.int().describe('changed settings of the configuration for which nobody has stated a reason'),
  saving: shown.savingStatus.describe('state of saving alerts, actions and audit trail'),
});
export type Health = z.infer<typeof health>;

/** Routes for the health of the monitor, detection, events and the audit trail. */
export const systemRoutes = {
  'GET /api/health': route({
    permission: 'view',
    summary: 'Returns the health of devices, of the monitor and of the dashboard.',
    input: nothing,
    answer: health,
    handler: (_call, { view, stats, saving, approvals }) => ({
      devices: view.devices(),
      chain: view.chain(),
      parts: view.parts(),
      learning: view.learning(),
      maintenance: view.maintenance.open(),
      planned: view.maintenance.planned(),
      dashboard: stats(),
      approvals: approvals.waiting().length,
      unconfirmed: unconfirmedCount(view, approvals),
      saving: saving.status(),
    }),
  }),

  'GET /api/detection': route({
    permission: 'view',
    summary: 'Returns alarm budgets, achieved rates, and thresholds that follow slow change.',
    input: nothing,
    answer: z.strictObject({ budgets: list(shown.budgetStatus), following: shown.followingStatus }),
    handler: async (_call, { view }) => ({ budgets: await view.budgets(), following: view.following() }),
  }),

  'GET /api/unwatched': route({
    permission: 'view',
    summary: 'Returns the unwatched channels of all tags or of one: their number and a page of them.',
    input: z.strictObject({ tag: text.optional(), offset: queryOffset, limit: queryCount(limits.linesPerPage) }),
    answer: z.strictObject({
      summary: z.string(),
      channels: z.int(),
      total: z.int(),
      wider: z.int().describe('channels of modes with too few stays, watched with the wider limits of all modes'),
      settings: list(z.string()).describe('settings that leave channels unwatched, one sentence each'),
      unwatched: list(shown.unwatchedChannel),
    }),
    handler: ({ input: { tag, offset = 0, limit = limits.linesPerPage } }, { view }) => {
      const status = view.unwatched();
      const found = tag === undefined ? status.unwatched : status.unwatched.filter(({ tags }) => tags.includes(tag));
      return {
        summary: unwatchedSummary(status),
        channels: status.channels,
        total: found.length,
        wider: status.wider,
        settings: status.settings ?? [],
        unwatched: found.slice(offset, offset + limit),
      };
    },
  }),

  'GET /api/detection-limits': route({
    permission: 'view',
    summary:
      'Returns the smallest standard faults that the baseline detects, of all tags or of one: the least sensitive tags first.',
    input: z.strictObject({ tag: text.optional(), offset: queryOffset, limit: queryCount(limits.linesPerPage) }),
    answer: z.strictObject({
      text: z.string().describe('origin of the limits, or the reason why there are none'),
      measuredAt: time.optional(),
      total: z.int(),
      tags: list(shown.tagLimits),
      totalWithout: z.int(),
      without: list(shown.tagWithoutLimit).describe('tags without a limit; the page is of both lists'),
    }),
    handler: ({ input: { tag, offset = 0, limit = limits.linesPerPage } }, { view }) => {
      const { text: origin, measuredAt, tags, without } = view.detectionLimits();
      const of = <Item extends { readonly tag: string }>(all: readonly Item[]): readonly Item[] =>
        tag === undefined ? all : all.filter((one) => one.tag === tag);
      const [known, lacking] = [of(tags), of(without)];
      return {
        text: origin,
        ...(measuredAt === undefined ? {} : { measuredAt }),
        total: known.length,
        tags: known.slice(offset, offset + limit).map((one) => ({
          ...one,
          text: limitsText(one, view.tags.tags[view.tags.indexOf(one.tag) ?? -1] ?? { unit: '', decimals: 2 }),
        })),
        totalWithout: lacking.length,
        without: lacking.slice(offset, offset + limit),
      };
    },
  }),

  'GET /api/shadow': route({
    permission: 'view',
    summary: 'Returns the shadow detection, if there is one.',
    input: nothing,
    answer: z.strictObject({ shadow: shown.shadowStatus.optional() }),
    handler: (_call, { view }) => ({ shadow: view.shadow() }),
  }),

  'GET /api/journal': route({
    permission: 'view',
    summary: 'Returns events of devices and network, newest first.',
    input: z.strictObject({ device: text.optional(), limit: queryCount(limits.journalPerQuery) }),
    answer: z.strictObject({ entries: list(shown.journalEntry) }),
    handler: ({ input: { device, limit = defaultEntries } }, { view }) => ({ entries: view.journal(limit, device) }),
  }),

  'GET /api/audit': route({
    permission: 'read-audit',
    summary: 'Returns the audit trail, newest first. Roles without run-lab do not receive the name of the exercise that runs.',
    input: z.strictObject({
      from: queryNumber.optional(),
      to: queryNumber.optional(),
      action: text.optional(),
      limit: queryCount(limits.auditPerQuery),
    }),
    answer: z.strictObject({ entries: list(auditLine) }),
    handler: async ({ input: { from, to, action, limit = defaultEntries }, session }, services) => {
      const { audit, pseudonymOf } = services;
      const shownTo = withoutRunningExercise(services, session.role);
      const found = await audit.read({
        limit,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(action === undefined ? {} : { action }),
      });
      return { entries: found.map((entry) => toAuditLine(shownTo(entry), pseudonymOf)) };
    },
  }),
};
