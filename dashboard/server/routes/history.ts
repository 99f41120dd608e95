import type { Series } from '../../../src/core/historian.ts';
import type { MonitorView } from '../../../src/core/monitor.ts';
import { limits, type SeriesBody } from '../../protocol.ts';
import { ApiError } from '../api-error.ts';
import type { Handlers } from '../router.ts';
import type { Session } from '../sessions.ts';
import { indexOf } from './plant.ts';

/** Largest number of simultaneous historian queries of a session. */
const atOnce = 4;

/** Route for the history of tags. */
export function historyRoutes(view: MonitorView): Pick<Handlers, 'GET /api/history'> {
  const asking = new WeakMap<Session, number>();
  return {
    'GET /api/history': async ({ input, session, signal }) => {
      const { tags, from, to, maxPoints = limits.historyPoints } = input;
      if (!(from < to)) throw new ApiError('invalid', 'from must be before to.');
      for (const tag of tags) indexOf(view, tag);
      const open = asking.get(session) ?? 0;
      if (open >= atOnce)
        throw new ApiError('too-many', 'Too many trends are being read. Wait for one to finish.', { retryAfterMs: 500 });
      asking.set(session, open + 1);
      try {
        return { series: (await view.history({ tags, from, to, maxPoints }, signal)).map(toBody) };
      } finally {
        asking.set(session, (asking.get(session) ?? 1) - 1);
      }
    },
  };
}

const toBody = (series: Series): SeriesBody => ({
  tag: series.tag,
  spanMs: series.spanMs,
  time: [...series.time],
  value: [...series.value],
  low: [...series.low],
  high: [...series.high],
  quality: [...series.quality],
});
