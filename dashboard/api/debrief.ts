import { z } from 'zod';
import { debriefOf, type ShownRange } from '../../src/alerts/report/debrief.ts';
import type { LabResult } from '../../src/core/lab.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import { printedHtml } from '../../src/core/printed-file.ts';
import type { AuditEntry } from '../../src/core/state.ts';
import { isGood } from '../../src/core/quality.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { limits } from '../protocol.ts';
import { route } from './route.ts';
import { nothing } from './schemas/parts.ts';
import { printedDocument } from './schemas/report.ts';

/** Most tags whose values are read, and points of each. */
const mostTags = 12;
const mostPoints = 500;
/** Most entries of the audit trail that are searched for acts. */
const mostEntries = limits.auditPerQuery;

/** Route of the debrief. Only who may run exercises sees it: it contains the ground truth. */
export const debriefRoutes = {
  'GET /api/lab/debrief': route({
    permission: 'run-lab',
    summary: 'Returns the debrief of the last scenario that has ended, as tables and as the text of an HTML file; none before.',
    input: nothing,
    answer: z.strictObject({ debrief: z.strictObject({ document: printedDocument, html: z.string() }).optional() }),
    handler: async ({ signal }, { view, audit }) => {
      const status = view.lab?.status();
      const result = status?.last;
      const scenario = view.lab?.scenarios.find(({ id }) => id === result?.scenario);
      if (status === undefined || result === undefined || scenario === undefined) return {};
      const { startedAt: from, endedAt: to } = result;
      const actsBetween = (begin: number, end: number | undefined): readonly AuditEntry[] =>
        audit
          .read({ from: begin, limit: mostEntries, ...(end === undefined ? {} : { to: end }) })
          .filter(({ role, action }) => role !== 'monitor' && !/^(lab|session|history|config)\./.test(action))
          .toReversed();
      const document = debriefOf({
        site: view.site,
        madeAt: view.clock.now(),
        scenario,
        result,
        events: status.events,
        alerts: view.alerts.find({ from, to: to + 1, limit: limits.alertsPerQuery }).toSorted((a, b) => a.raisedAt - b.raisedAt),
        shown: await shownRanges(view, scenario, result, signal),
        acts: actsBetween(from, to + 1),
        // acts during the next scenario belong to that one
        later: actsBetween(to + 1, status.running?.startedAt),
      });
      return { debrief: { document, html: printedHtml(document) } };
    },
  }),
};

/** Values of the tags of the ground truth, as received. */
async function shownRanges(
  view: MonitorView,
  { truth, expect }: Scenario,
  result: LabResult,
  signal: AbortSignal,
): Promise<ShownRange[]> {
  const names = new Set([...truth.flatMap(({ tags }) => tags), ...(expect?.finding.tags ?? [])]);
  const tags = [...names].filter((tag) => view.tags.indexOf(tag) !== undefined).slice(0, mostTags);
  if (tags.length === 0) return [];
  const series = await view.history({ tags, from: result.startedAt, to: result.endedAt + 1, maxPoints: mostPoints }, signal);
  return series.map(({ tag, value, low, high, quality }) => {
    const good = [...quality.keys()].filter((i) => isGood(quality[i] ?? 0));
    const of = (values: Float64Array): number[] => good.map((i) => values[i] ?? Number.NaN);
    return {
      tag,
      unit: view.tags.tags[view.tags.indexOf(tag) ?? -1]?.unit ?? '',
      begin: of(value)[0] ?? Number.NaN,
      low: of(low).reduce((a, b) => Math.min(a, b), Infinity),
      high: of(high).reduce((a, b) => Math.max(a, b), -Infinity),
      end: of(value).at(-1) ?? Number.NaN,
    };
  });
}
