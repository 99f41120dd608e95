import { z } from 'zod';
import type { Alert } from '../../src/core/alert.ts';
import { joinGapMs } from '../../src/core/join.ts';
import type { MinorFinding } from '../../src/core/minor.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import { limits } from '../protocol.ts';
import { ApiError } from '../protocol/api-error.ts';
import { route } from './route.ts';
import { minorFinding } from './schemas/minor.ts';
import { list, nothing, text, time } from './schemas/parts.ts';

const dayMs = 86_400_000;

/** Routes for minor findings: those of the plant, and those that support an incident. */
export const minorRoutes = {
  'GET /api/minor': route({
    permission: 'view-minor',
    summary: 'Returns open minor findings, highest score first, and those that ended in the last 24 h, last ended first.',
    input: nothing,
    answer: z.strictObject({ time, total: z.int(), open: list(minorFinding), ended: list(minorFinding) }),
    handler: async (_call, { view: { minor, clock } }) => {
      const now = clock.now();
      const open = minor.open();
      return {
        time: now,
        total: open.length,
        open: open.slice(0, limits.minorPerQuery),
        ended: await minor.ended({ from: now - dayMs, limit: limits.minorPerQuery }),
      };
    },
  }),

  'GET /api/incident/minor': route({
    permission: 'view',
    summary: 'Returns minor findings at the equipment of an incident during it, highest peak first, at most 20.',
    input: z.strictObject({ id: text }),
    answer: z.strictObject({ minor: list(minorFinding) }),
    handler: async ({ input: { id } }, { view }) => {
      const found = await view.alerts.find({ incident: id, limit: limits.alertsPerQuery });
      if (found.length === 0) throw new ApiError('not-found', `Incident ${id} does not exist.`);
      return { minor: await supporting(found, view) };
    },
  }),
};

/** Minor findings at the equipment of the alerts that overlap them in time. */
async function supporting(alerts: readonly Alert[], { minor, tags }: MonitorView): Promise<readonly MinorFinding[]> {
  const from = Math.min(...alerts.map(({ since }) => since)) - joinGapMs;
  const to = Math.max(...alerts.map(({ returnedAt }) => returnedAt ?? Infinity));
  const devices = new Set(alerts.map(({ device }) => device));
  const named = new Set(alerts.flatMap((alert) => alert.tags));
  const equipment = new Set(
    [...named].flatMap((name) => {
      const index = tags.indexOf(name);
      return index === undefined ? [] : [tags.at(index).equipment];
    }),
  );
  for (const alert of alerts) equipment.add(alert.equipment);
  equipment.delete('');
  const open = minor.open().filter(({ since, equipment: at, device, tags: own }) => {
    const isNear = equipment.has(at) || (device !== undefined && devices.has(device)) || own.some((tag) => named.has(tag));
    return isNear && since < to;
  });
  const ended = await minor.ended({
    from,
    ...(to === Infinity ? {} : { to }),
    equipment: [...equipment],
    limit: limits.minorPerQuery,
  });
  return [...open, ...ended].toSorted((a, b) => b.peak - a.peak).slice(0, limits.minorPerIncident);
}
