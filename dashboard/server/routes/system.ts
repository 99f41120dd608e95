import type { MonitorView } from '../../../src/core/monitor.ts';
import type { AuditLog, StateSaving } from '../../../src/core/state.ts';
import { auditLine } from '../audit-lines.ts';
import { unwatchedSummary } from '../../../src/core/unwatched.ts';
import { type DashboardStats, limits } from '../../protocol.ts';
import type { Handlers } from '../router.ts';

const defaultEntries = 200;

export interface SystemOptions {
  readonly view: MonitorView;
  readonly audit: AuditLog;
  readonly pseudonymOf: (name: string) => string;
  readonly saving: StateSaving;
  readonly stats: () => DashboardStats;
}

/** Routes for the health of the monitor, detection, events and the audit trail. */
export function systemRoutes({
  view,
  audit,
  pseudonymOf,
  saving,
  stats,
}: SystemOptions): Pick<
  Handlers,
  'GET /api/health' | 'GET /api/detection' | 'GET /api/unwatched' | 'GET /api/shadow' | 'GET /api/journal' | 'GET /api/audit'
> {
  return {
    'GET /api/health': () => ({
      devices: view.devices(),
      chain: view.chain(),
      parts: view.parts(),
      learning: view.learning(),
      maintenance: view.maintenance.open(),
      dashboard: stats(),
      saving: saving.status(),
    }),

    'GET /api/detection': () => ({ budgets: view.budgets(), following: view.following() }),

    'GET /api/unwatched': ({ input: { tag, offset = 0, limit = limits.linesPerPage } }) => {
      const status = view.unwatched();
      const found = tag === undefined ? status.unwatched : status.unwatched.filter(({ tags }) => tags.includes(tag));
      return {
        summary: unwatchedSummary(status),
        channels: status.channels,
        total: found.length,
        unwatched: found.slice(offset, offset + limit),
      };
    },

    'GET /api/shadow': () => ({ shadow: view.shadow() }),

    'GET /api/journal': ({ input: { device, limit = defaultEntries } }) => ({ entries: view.journal(limit, device) }),

    'GET /api/audit': ({ input: { from, to, action, limit = defaultEntries } }) => ({
      entries: audit
        .read({
          limit,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          ...(action === undefined ? {} : { action }),
        })
        .map((entry) => auditLine(entry, pseudonymOf)),
    }),
  };
}
