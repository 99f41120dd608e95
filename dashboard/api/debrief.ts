import { z } from 'zod';
import { campaignDebriefOf } from '../../src/alerts/report/campaign-debrief.ts';
import { type DebriefContents, debriefOf, type ShownRange } from '../../src/alerts/report/debrief.ts';
import type { LabEvent, LabResult } from '../../src/core/lab.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import type { PrintedDocument } from '../../src/core/printed.ts';
import { printedHtml } from '../../src/core/printed-file.ts';
import type { AuditEntry } from '../../src/core/state.ts';
import { isGood } from '../../src/core/quality.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { limits } from '../protocol.ts';
import { route } from './route.ts';
import { nothing } from './schemas/parts.ts';
import { printedDocument } from './schemas/report.ts';
import type { Services } from './services.ts';

/** Most tags whose values are read, and points of each. */
const mostTags = 12;
const mostPoints = 500;
/** Most entries of the audit trail that are searched for acts. */
const mostEntries = limits.auditPerQuery;

const answer = z.strictObject({ debrief: z.strictObject({ document: printedDocument, html: z.string() }).optional() });

/** Routes of the debriefs. Only who may run exercises sees them: they contain the ground truth. */
export const debriefRoutes = {
  'GET /api/lab/debrief': route({
    permission: 'run-lab',
    summary: 'Returns the debrief of the last scenario that has ended, as tables and as the text of an HTML file; none before.',
    input: nothing,
    answer,
    handler: async ({ signal }, services) => {
      const status = services.view.lab?.status();
      if (status?.last === undefined) return {};
      // acts during the next scenario belong to that one
      const contents = await contentsOf(services, status.last, status.events, status.running?.startedAt, signal);
      return contents === undefined ? {} : printed(debriefOf(contents));
    },
  }),

  'GET /api/lab/debrief/campaign': route({
    permission: 'run-lab',
    summary:
      'Returns one debrief over the scenarios of the last campaign that have ended, as tables and as the text of an HTML file.',
    input: nothing,
    answer,
    handler: async ({ signal }, services) => {
      const { lab } = services.view;
      const results = lab?.campaignResults ?? [];
      const [first] = results;
      if (first?.campaign === undefined) return {};
      const parts: DebriefContents[] = [];
      for (const [i, result] of results.entries()) {
        const next = results[i + 1]?.startedAt ?? lab?.status().running?.startedAt;
        const contents = await contentsOf(services, result, result.events ?? [], next, signal);
        if (contents !== undefined) parts.push(contents);
      }
      return parts.length === 0 ? {} : printed(campaignDebriefOf(first.campaign, parts));
    },
  }),
};

const printed = (
  document: PrintedDocument,
): { readonly debrief: { readonly document: PrintedDocument; readonly html: string } } => ({
  debrief: { document, html: printedHtml(document) },
});

/** What a debrief of one result is made of; undefined if its scenario is not known any more. */
async function contentsOf(
  { view, audit }: Services,
  result: LabResult,
  events: readonly LabEvent[],
  nextAt: number | undefined,
  signal: AbortSignal,
): Promise<DebriefContents | undefined> {
  const scenario = view.lab?.scenarios.find(({ id }) => id === result.scenario);
  if (scenario === undefined) return undefined;
  const { startedAt: from, endedAt: to } = result;
  const actsBetween = async (begin: number, end: number | undefined): Promise<readonly AuditEntry[]> => {
    const found = await audit.read({ from: begin, limit: mostEntries, ...(end === undefined ? {} : { to: end }) });
    return found.filter(({ role, action }) => role !== 'monitor' && !/^(lab|session|history|config)\./.test(action)).toReversed();
  };
  const alerts = await view.alerts.find({ from, to: to + 1, limit: limits.alertsPerQuery });
  return {
    site: view.site,
    madeAt: view.clock.now(),
    scenario,
    result,
    events,
    alerts: alerts.toSorted((a, b) => a.raisedAt - b.raisedAt),
    shown: await shownRanges(view, scenario, result, signal),
    acts: await actsBetween(from, to + 1),
    later: await actsBetween(to + 1, nextAt),
  };
}

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
