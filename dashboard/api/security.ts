import { z } from 'zod';
import {
  type Alert,
  type AlertState,
  AlertState as states,
  isMoreUrgent,
  isOpen,
  lastHeadline,
  type Priority,
  type Technique,
  type Triage,
  type Verdict,
  type VerdictWord,
  verdicts,
} from '../../src/core/alert.ts';
import { attackMatrix, type MatrixTechnique, type Tactic } from '../../src/core/attack.ts';
import type { FeedStatus } from '../../src/core/feed.ts';
import type { ObservedWrite } from '../../src/core/finding.ts';
import { isSystemFault } from '../../src/core/self-device.ts';
import { byName as withNames, shownAlert } from '../../src/core/shown.ts';
import { clientsOfAlert } from '../../src/siem/index.ts';
import { limits } from '../protocol.ts';
import { actorOf } from './actor.ts';
import { onIncident } from './alerts.ts';
import { route } from './route.ts';
import { observedWrite, triage, verdict } from './schemas/alert.ts';
import { acted, figure, list, note, nothing, objectOf, queryCount, text, time } from './schemas/parts.ts';

const dayMs = 86_400_000;
/** Writes that a case names. */
const mostWrites = 8;

/** An asset or a client of a case with the number of its alerts. */
export interface CaseCount {
  readonly name: string;
  readonly alerts: number;
}

/** An incident as the security team sees it in its queue. */
export interface CaseSummary {
  readonly id: string;
  readonly title: string;
  readonly sentence: string;
  /** Those of the most urgent alert. */
  readonly priority: Priority;
  readonly state: AlertState;
  readonly since: number;
  readonly changedAt: number;
  readonly alerts: number;
  readonly open: number;
  /** `seen` if one of its alerts has seen the technique. */
  readonly techniques: readonly (Pick<Technique, 'id' | 'certainty'> & { readonly alerts: number })[];
  readonly assets: readonly CaseCount[];
  readonly clients: readonly CaseCount[];
  /** The last ones. */
  readonly writes: readonly ObservedWrite[];
  readonly triage?: Triage | undefined;
  /** Verdict on the incident. */
  readonly verdict?: Verdict | undefined;
  /** Number of alerts with each verdict. */
  readonly verdicts: Readonly<Partial<Record<VerdictWord, number>>>;
}

const count = z.int().min(0);
const counted = list(objectOf<CaseCount>({ name: z.string(), alerts: count }));
const caseSummary = objectOf<CaseSummary>({
  id: z.string(),
  title: z.string(),
  sentence: z.string(),
  priority: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal('A')]),
  state: z.enum(states),
  since: time,
  changedAt: time,
  alerts: count,
  open: count,
  techniques: list(z.strictObject({ id: z.string(), certainty: z.enum(['seen', 'possible']), alerts: count })),
  assets: counted,
  clients: counted,
  writes: list(observedWrite),
  triage: triage.optional(),
  verdict: verdict.optional().describe('verdict on the incident'),
  verdicts: z.partialRecord(z.enum(verdicts), count),
}).meta({ id: 'Case' });

const feed = objectOf<FeedStatus>({
  name: z.string(),
  source: z.string(),
  state: z.enum(['waiting', 'ok', 'stale', 'failed']),
  reason: z.string(),
  readAt: figure.describe('ms UTC; null before the first successful read'),
  contentAt: figure.describe('time of the content, ms UTC'),
  indicators: count,
  expired: count,
  refused: count.describe('too broad, private, a device of the plant, or not observable on the network'),
  refusals: list(z.strictObject({ id: z.string(), reason: z.string() })).describe('examples'),
  hits: count.describe('since the start of the monitor'),
  searching: z.boolean().describe('recorded traffic is being searched for new indicators'),
}).meta({ id: 'Feed' });

const tactic = objectOf<Tactic>({ id: z.string(), name: z.string(), shortname: z.string() });
const matrixTechnique = objectOf<MatrixTechnique>({
  id: z.string(),
  name: z.string(),
  tactics: list(z.string()),
  v18: z.string().optional().describe('id before the renumbering of v19'),
  stix: z.string().optional(),
});

/** Routes of the security team: its queue of incidents, and ATT&CK for ICS. */
export const securityRoutes = {
  'GET /api/security/cases': route({
    permission: 'view',
    summary: 'Returns the incidents of the last days as cases, with techniques, assets, clients and writes; not in an order.',
    input: z.strictObject({ days: queryCount(limits.caseDays) }),
    answer: z.strictObject({
      cases: list(caseSummary),
      more: z.boolean().describe('true if older alerts of these days are left out'),
    }),
    handler: async ({ input: { days = 7 } }, { view: { alerts, clock } }) => {
      const now = clock.now();
      const found = await alerts.find({ from: now - days * dayMs, to: now + 60_000, limit: limits.alertsPerQuery });
      const all = new Map([...alerts.open(), ...found].map((alert) => [alert.id, shownAlert(alert, withNames)]));
      return { cases: casesOf([...all.values()]), more: found.length === limits.alertsPerQuery };
    },
  }),

  'GET /api/security/attack': route({
    permission: 'view',
    summary: 'Returns the matrix of MITRE ATT&CK for ICS: tactics in their order, techniques, notice.',
    input: nothing,
    answer: z.strictObject({
      notice: z.string(),
      version: z.string(),
      tactics: list(tactic),
      techniques: list(matrixTechnique),
    }),
    handler: () => attackMatrix,
  }),

  'GET /api/security/feeds': route({
    permission: 'view',
    summary: 'Returns the states of the feeds of indicators.',
    input: nothing,
    answer: z.strictObject({ feeds: list(feed) }),
    handler: (_call, { view }) => ({ feeds: view.feeds() }),
  }),

  'POST /api/security/close': route({
    permission: 'triage',
    summary: 'Closes a case: gives the incident a verdict, and states that the work is done.',
    input: z.strictObject({ id: text, verdict: z.enum(verdicts), note: note.optional() }),
    answer: acted({ judged: list(z.string()).describe('alerts with the verdict on the incident') }),
    handler: async ({ input: { id, verdict, note: remark }, session }, { view: { alerts } }) => {
      const by = actorOf(session);
      return await onIncident(alerts, id, async () => {
        const judged = await alerts.judgeIncident(id, verdict, by, remark);
        alerts.triage(id, { state: 'done', assignee: by }, by);
        return { judged };
      });
    },
  }),
};

/** The incidents of some alerts, without faults of the monitor: operators repair them, and no analyst has to judge them. */
export const casesOf = (alerts: readonly Alert[]): CaseSummary[] =>
  [
    ...Map.groupBy(
      alerts.filter((alert) => !isSystemFault(alert)),
      ({ incident }) => incident,
    ),
  ].map(([id, members]) => caseOf(id, members));

function caseOf(id: string, members: readonly Alert[]): CaseSummary {
  const worst = members.reduce((a, b) => (isMoreUrgent(b.priority, a.priority) ? b : a));
  const { title, sentence } = lastHeadline(members) ?? { title: worst.title, sentence: worst.explanation.sentence };
  const found = Map.groupBy(
    members.flatMap((alert) => alert.techniques),
    (one) => one.id,
  );
  const handled = members.find((alert) => alert.triage !== undefined)?.triage;
  const given = members.find((alert) => alert.incidentVerdict !== undefined)?.incidentVerdict;
  const judged = Object.groupBy(
    members.flatMap(({ verdict }) => verdict?.word ?? []),
    (word) => word,
  );
  return {
    id,
    title,
    sentence,
    priority: worst.priority,
    state: worst.state,
    since: Math.min(...members.map(({ since }) => since)),
    changedAt: Math.max(...members.map(({ changedAt }) => changedAt)),
    alerts: members.length,
    open: members.filter(({ state }) => isOpen(state)).length,
    techniques: [...found].map(([technique, all]) => ({
      id: technique,
      certainty: all.some(({ certainty }) => certainty === 'seen') ? ('seen' as const) : ('possible' as const),
      alerts: all.length,
    })),
    assets: countsOf(members, ({ device = '', equipment, area }) => [equipment === '' ? area : equipment, device]),
    clients: countsOf(members, clientsOfAlert),
    writes: members.flatMap(({ explanation }) => explanation.writes ?? []).slice(-mostWrites),
    ...(handled === undefined ? {} : { triage: handled }),
    ...(given === undefined ? {} : { verdict: given }),
    verdicts: Object.fromEntries(Object.entries(judged).map(([word, all]) => [word, all.length])),
  };
}

function countsOf(members: readonly Alert[], namesOf: (alert: Alert) => readonly string[]): CaseCount[] {
  const counts = new Map<string, number>();
  for (const alert of members)
    for (const name of new Set(namesOf(alert))) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, alerts]) => ({ name, alerts }));
}
