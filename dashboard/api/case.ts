import { z } from 'zod';
import { isRetryable, toScadaError } from '../../src/core/errors.ts';
import type { Series } from '../../src/core/historian.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import { printedHtml } from '../../src/core/printed-file.ts';
import { byPseudonym } from '../../src/core/shown.ts';
import {
  type Case,
  type CaseEvidence,
  caseDocument,
  endpointsOf,
  evidenceLimits,
  mispEvent,
  packetQueryOf,
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

const formats = ['html', 'stix', 'misp', 'pcapng'] as const;
const endings = { html: 'html', stix: 'stix.json', misp: 'misp.json', pcapng: 'pcapng' } as const;
/** Exports that are being made: each reads the event log and the historian. */
const atOnce = 2;
const running = new WeakMap<MonitorView, number>();

/** Route that exports an incident for other organisations. Users appear under pseudonyms, and the audit trail records each export. */
export const caseRoutes = {
  'GET /api/incident/file': route({
    permission: 'export-case',
    summary: 'Returns an incident as the text of a file for other organisations: HTML, STIX 2.1, MISP, or its packets as pcapng.',
    input: z.strictObject({
      id: text,
      format: z.enum(formats),
      tlp: z.enum(tlpLevels).describe('marking by the Traffic Light Protocol 2.0'),
    }),
    answer: z.strictObject({
      name: z.string().describe('name for the file'),
      text: z.string(),
      encoding: z.literal('base64').optional().describe('absent if the text is the content of the file'),
    }),
    handler: async ({ input: { id, format, tlp }, session, signal }, { view, audit, pseudonymOf }) => {
      const frame = { site: view.site.name, tlp, devices: endpointsOf(view.devices()) };
      const found = await readCase(view.alerts, id, frame, byPseudonym(pseudonymOf));
      if (found === undefined) throw new ApiError('not-found', `Incident ${id} does not exist.`);
      const content =
        format === 'misp' ? { text: jsonOf(mispEvent(found)) } : await limited(view, () => readOf[format](found, view, signal));
      const time = view.clock.now();
      audit.append({
        time,
        ...actorOf(session),
        action: 'case.exported',
        object: id,
        after: `${format}, TLP:${tlp.toUpperCase()}`,
      });
      return { name: `${id}.${endings[format]}`, ...content };
    },
  }),
};

type Content = { readonly text: string; readonly encoding?: 'base64' };
type Read = (found: Case, view: MonitorView, signal: AbortSignal) => Promise<Content>;

const jsonOf = (content: object): string => `${JSON.stringify(content, undefined, 2)}\n`;

/** Exports that contain stored evidence. */
const readOf: Readonly<Record<'html' | 'stix' | 'pcapng', Read>> = {
  html: async (found, view, signal) => {
    const traffic = await view.traffic(trafficOf(found), signal);
    const evidence = { traffic, ...(await storedWith(found, view, signal)) };
    const frame = { timeZone: view.site.timeZone, madeAt: view.clock.now() };
    return { text: printedHtml(caseDocument(found, evidence, frame)) };
  },
  stix: async (found, view, signal) => ({ text: jsonOf(stixBundle(found, await storedWith(found, view, signal))) }),
  pcapng: async (found, view, signal) => {
    const { file } = await view.packets(packetQueryOf(found, evidenceLimits.packetFileBytes), signal);
    if (file === undefined)
      throw new ApiError('not-found', 'No packets are stored for this incident. A tap on the network stores them.');
    return { text: file.content.toString('base64'), encoding: 'base64' };
  },
};

async function storedWith(found: Case, view: MonitorView, signal: AbortSignal): Promise<Omit<CaseEvidence, 'traffic'>> {
  const packets = await view.packets(packetQueryOf(found, evidenceLimits.packetBytes), signal);
  return { packets: packets.file, damagedPackets: packets.damaged, samples: await samplesWith(found, view, signal) };
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
