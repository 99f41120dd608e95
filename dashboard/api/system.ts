import { z } from 'zod';
import { unwatchedSummary } from '../../src/core/unwatched.ts';
import { limits } from '../protocol.ts';
import { auditLine, toAuditLine } from './audit-line.ts';
import { route } from './route.ts';
import { list, nothing, queryCount, queryNumber, queryOffset, text } from './schemas/parts.ts';
import * as shown from './schemas/system.ts';

const defaultEntries = 200;

const health = z.strictObject({
  devices: list(shown.deviceStatus),
  chain: list(shown.chainLink),
  parts: list(shown.partStatus).describe('supervised parts of the monitor'),
  learning: shown.learningStatus,
  maintenance: list(shown.maintenanceWindow).describe('parts of the plant that are out of service for maintenance'),
  dashboard: shown.dashboardStats,
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
    handler: (_call, { view, stats, saving }) => ({
      devices: view.devices(),
      chain: view.chain(),
      parts: view.parts(),
      learning: view.learning(),
      maintenance: view.maintenance.open(),
      dashboard: stats(),
      saving: saving.status(),
    }),
  }),

  'GET /api/detection': route({
    permission: 'view',
    summary: 'Returns alarm budgets, achieved rates, and thresholds that follow slow change.',
    input: nothing,
    answer: z.strictObject({ budgets: list(shown.budgetStatus), following: shown.followingStatus }),
    handler: (_call, { view }) => ({ budgets: view.budgets(), following: view.following() }),
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
        unwatched: found.slice(offset, offset + limit),
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
    summary: 'Returns the audit trail, newest first.',
    input: z.strictObject({
      from: queryNumber.optional(),
      to: queryNumber.optional(),
      action: text.optional(),
      limit: queryCount(limits.auditPerQuery),
    }),
    answer: z.strictObject({ entries: list(auditLine) }),
    handler: ({ input: { from, to, action, limit = defaultEntries } }, { audit, pseudonymOf }) => ({
      entries: audit
        .read({
          limit,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          ...(action === undefined ? {} : { action }),
        })
        .map((entry) => toAuditLine(entry, pseudonymOf)),
    }),
  }),
};
