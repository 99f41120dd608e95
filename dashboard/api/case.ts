import { z } from 'zod';
import { isRetryable, toScadaError } from '../../src/core/errors.ts';
import type { Series } from '../../src/core/historian.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import { printedHtml } from '../../src/core/printed-file.ts';
import { byPseudonym } from '../../src/core/shown.ts';
import {
  type Case,
  caseDocument,
  endpointsOf,
  evidenceLimits,
  mispEvent,
  readCase,
  samplesOf,
  stixBundle,
  tlpLevels,
  trafficOf,
} from '../../src/siem/index.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { text } from './schemas/parts.ts';

const formats = ['html', 'stix', 'misp'] as const;
const endings = { html: 'html', stix: 'stix.json', misp: 'misp.json' } as const;
/** Exports that are being made: each reads the event log and the historian. */
const atOnce = 2;
const running = new WeakMap<MonitorView, number>();

/** Route that exports an incident for other organisations. Users appear under pseudonyms, and the audit trail records each export. */
export const caseRoutes = {
  'GET /api/incident/file': route({
    permission: 'export-case',
    summary: 'Returns an incident as the text of a file for other organisations: HTML, STIX 2.1 or MISP.',
    input: z.strictObject({
      id: text,
      format: z.enum(formats),
      tlp: z.enum(tlpLevels).describe('marking by the Traffic Light Protocol 2.0'),
    }),
    answer: z.strictObject({ name: z.string().describe('name for the file'), text: z.string() }),
    handler: async ({ input: { id, format, tlp }, session, signal }, { view, audit, pseudonymOf }) => {
      const frame = { site: view.site.name, tlp, devices: endpointsOf(view.devices()) };
      const found = readCase(view.alerts, id, frame, byPseudonym(pseudonymOf));
      if (found === undefined) throw new ApiError('not-found', `Incident ${id} does not exist.`);
      const content = format === 'html' ? await limited(view, () => htmlOf(found, view, signal)) : jsonOf(found, format);
      const time = view.clock.now();
      audit.append({
        time,
        ...actorOf(session),
        action: 'case.exported',
        object: id,
        after: `${format}, TLP:${tlp.toUpperCase()}`,
      });
      return { name: `${id}.${endings[format]}`, text: content };
    },
  }),
};

const jsonOf = (found: Case, format: 'stix' | 'misp'): string =>
  `${JSON.stringify(format === 'stix' ? stixBundle(found) : mispEvent(found), undefined, 2)}\n`;

async function htmlOf(found: Case, view: MonitorView, signal: AbortSignal): Promise<string> {
  const traffic = await view.traffic(trafficOf(found), signal);
  const samples = await samplesWith(found, view, signal);
  const frame = { timeZone: view.site.timeZone, madeAt: view.clock.now() };
  return printedHtml(caseDocument(found, { traffic, samples }, frame));
}

/** Samples of the case; undefined while the historian does not answer, so that the rest can be exported. */
async function samplesWith(found: Case, view: MonitorView, signal: AbortSignal): Promise<readonly Series[] | undefined> {
  const range = samplesOf(found);
  const tags = range?.tags.filter((tag) => view.tags.indexOf(tag) !== undefined) ?? [];
  if (range === undefined || tags.length === 0) return [];
  try {
    return await view.history({ tags, from: range.from, to: range.to, maxPoints: evidenceLimits.pointsPerTag }, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (isRetryable(toScadaError(thrown))) return undefined;
    throw thrown;
  }
}

async function limited<T>(view: MonitorView, work: () => Promise<T>): Promise<T> {
  const others = running.get(view) ?? 0;
  if (others >= atOnce) {
    throw new ApiError('too-many', 'Too many cases are being exported. Wait for one to finish.', { retryAfterMs: 1_000 });
  }
  running.set(view, others + 1);
  try {
    return await work();
  } finally {
    running.set(view, (running.get(view) ?? 1) - 1);
  }
}
