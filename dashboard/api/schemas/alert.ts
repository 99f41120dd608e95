import { z } from 'zod';
import {
  type Actor,
  type Alert,
  type AlertChange,
  AlertChangeKind,
  type AlertFinding,
  AlertState,
  type Headline,
  type JoinReason,
  joiningRuleNames,
  type Outlook,
  type Shelf,
  type Technique,
  type Triage,
  triageStates,
  type Verdict,
  verdicts,
} from '../../../src/core/alert.ts';
import type { Rationale } from '../../../src/core/alarm-rationale.ts';
import type { Certainty, Contribution, Explanation, MeasuredBand, ObservedWrite } from '../../../src/core/finding.ts';
import { type ReturnWait, returnReasons } from '../../../src/core/return-condition.ts';
import { figure, list, objectOf, role, time } from './parts.ts';

const names = list(z.string());

const contribution = objectOf<Contribution>({
  tag: z.string(),
  share: figure,
  unit: z.string(),
  of: z.string().optional(),
  measured: figure,
  expected: figure,
  states: z.strictObject({ measured: z.string(), expected: z.string().optional() }).optional(),
}).meta({ id: 'Contribution' });

const band = objectOf<MeasuredBand>({
  tag: z.string(),
  unit: z.string(),
  of: z.string().optional(),
  measured: figure,
  low: figure,
  high: figure,
});

export const observedWrite = objectOf<ObservedWrite>({
  client: z.string(),
  tag: z.string(),
  before: figure.optional(),
  after: figure,
  change: z.string(),
}).meta({ id: 'ObservedWrite' });

export const explanation = objectOf<Explanation>({
  sentence: z.string(),
  title: z.string(),
  band: band.optional(),
  contributions: list(contribution),
  normalIf: z.string(),
  techniques: names,
  seen: names.optional(),
  clients: names.optional(),
  encrypted: z.literal(true).optional(),
  writes: list(observedWrite).optional(),
  actedAt: time.optional().describe('last act of a client that does not repeat the one before'),
  acts: list(
    z.strictObject({
      client: z.string(),
      title: z.string(),
      sentence: z.string(),
      techniques: names,
      seen: names.optional(),
      actedAt: time.optional(),
    }),
  )
    .optional()
    .describe('what each of several clients did'),
}).meta({ id: 'Explanation' });

const certainty: z.ZodType<Certainty> = z
  .union([
    z.strictObject({ kind: z.literal('stated') }),
    z.strictObject({
      kind: z.literal('calibrated'),
      onceInDays: figure,
      learnedDays: figure,
      beyond: z.boolean(),
    }),
    z.strictObject({ kind: z.literal('learning') }),
  ])
  .meta({ id: 'Certainty' });

const finding = objectOf<AlertFinding>({
  id: z.string(),
  detector: z.string(),
  channel: z.string().optional(),
  tags: names,
  since: time,
  beganAt: time,
  endedAt: time.optional(),
  times: z.int().optional(),
  lastBeganAt: time.optional(),
  score: figure,
  peak: figure,
  certainty: certainty.optional(),
  explanation,
  firstSentence: z.string().optional().describe('sentence with which the first occurrence began, if it is another one'),
  physical: z.literal(true).optional(),
  network: z.literal(true).optional(),
  signal: z.literal(true).optional(),
  deliberate: z.literal(true).optional().describe('somebody falsifies the signal'),
}).meta({ id: 'Finding' });

export const technique = objectOf<Technique>({
  id: z.string(),
  name: z.string(),
  idV18: z.string(),
  version: z.string(),
  certainty: z.enum(['seen', 'possible']),
}).meta({ id: 'Technique' });

/** Without the id of the session, which never leaves the server. */
export const actor: z.ZodType<Pick<Actor, 'role' | 'user'>> = z
  .strictObject({ role: z.string(), user: z.string().optional().describe('only where names are shown') })
  .meta({ id: 'Actor' });

type Named = Pick<Actor, 'role' | 'user'>;
const word = z.enum(verdicts);
export const verdict = objectOf<Omit<Verdict, 'by'> & { readonly by: Named }>({
  word,
  at: time,
  by: actor,
  note: z.string().optional(),
  ofIncident: z.literal(true).optional().describe('given on the whole incident: the next verdict on the incident replaces it'),
}).meta({ id: 'Verdict' });

export const triageState = z.enum(triageStates);
export const triage = objectOf<Omit<Triage, 'by' | 'assignee'> & { readonly by: Named; readonly assignee?: Named | undefined }>({
  state: triageState,
  at: time,
  by: actor,
  assignee: actor.optional(),
}).meta({ id: 'Triage' });

const shelf = objectOf<Omit<Shelf, 'by'> & { readonly by: Named }>({
  at: time,
  until: time,
  once: z.literal(true).optional().describe('it also ends with the condition of the alert'),
  by: actor,
  approvedBy: z.string().optional().describe('role of the second person who has approved it'),
  reason: z.string(),
  findings: names.describe('detector and channel of the shelved findings'),
}).meta({ id: 'Shelf' });

const joined = objectOf<JoinReason>({
  rule: z.enum(joiningRuleNames),
  text: z.string().describe('what they have in common, e.g. `SUP → LA`'),
  to: z.string().describe('id of the alert that it joined'),
}).meta({ id: 'JoinReason', description: 'declared rule by which an alert joined its incident' });

const state = z.enum(Object.values(AlertState)).meta({ id: 'AlertState', description: 'state of ISA-18.2 by its letter' });
const priority = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal('A')]);

const rationale = objectOf<Rationale>({
  record: z.string(),
  version: z.int(),
  class: z.string(),
  cause: z.string(),
  consequence: z.string(),
  respondWithinMs: z.number(),
  owner: z.string(),
}).meta({ id: 'Rationale', description: 'statement of the alarm record that made the alert an alarm' });

export const alert = objectOf<Alert>({
  id: z.string(),
  incident: z.string(),
  joined: joined.optional(),
  headline: objectOf<Headline>({ title: z.string(), sentence: z.string(), at: time })
    .optional()
    .describe('title of the incident; of its alerts, the one with the last time is valid'),
  priority,
  state,
  title: z.string(),
  area: z.string(),
  areas: names.optional(),
  equipment: z.string(),
  device: z.string().optional(),
  network: z.literal(true).optional(),
  tags: names,
  since: time,
  raisedAt: time,
  changedAt: time,
  acknowledgedAt: time.optional(),
  acknowledgedBy: actor.optional(),
  annunciatedAt: time.optional().describe('time from which it waits for an acknowledgement, if later than `raisedAt`'),
  escalated: z.strictObject({ at: time, to: role, afterMs: z.number() }).optional(),
  returnedAt: time.optional(),
  findings: list(finding),
  unlisted: z.strictObject({ findings: z.int(), open: z.int() }).optional(),
  explanation,
  outlook: list(objectOf<Outlook>({ at: time, tag: z.string(), expectedAt: time.optional(), text: z.string() }))
    .optional()
    .describe('expected consequences; of a tag, the last one is valid'),
  techniques: list(technique),
  response: z.string(),
  rationale: rationale.optional(),
  verdict: verdict.optional(),
  incidentVerdict: verdict.optional().describe('last verdict on the incident, in its first alert'),
  triage: triage.optional().describe('in the first alert of an incident'),
  comments: z.int().optional().describe('number of comments on the incident, in its first alert'),
  chattering: z.literal(true).optional(),
  latching: z.literal(true).optional().describe('it stays until it is reset'),
  returnWait: objectOf<ReturnWait>({ at: time, tag: z.string(), until: z.string(), reason: z.enum(returnReasons) })
    .optional()
    .describe('its findings have ended, and it stays in alarm until this condition of its alarm record holds'),
  suppressed: z.strictObject({ at: time, cause: z.string() }).optional(),
  shelf: shelf.optional(),
  shelvedMs: z.number().optional().describe('time for which it has been shelved without the approval of a second person, in all'),
  notSaved: z.int().optional().describe('sequence of its last change while that is not on disk yet'),
}).meta({ id: 'Alert' });

const changeShape = {
  sequence: z.int(),
  time,
  kind: z.enum(AlertChangeKind),
  by: actor,
  note: z.string().optional(),
};
export const alertChange = objectOf<AlertChange>({ ...changeShape, alert }).meta({ id: 'AlertChange' });

/** A change of state of one of an incident's alerts, as shown. */
export const incidentChange = z
  .strictObject({
    ...changeShape,
    alert: z.strictObject({
      id: z.string(),
      title: z.string(),
      priority,
      state,
      verdict: z.strictObject({ word, ofIncident: z.literal(true).optional() }).optional(),
      incidentVerdict: z.strictObject({ word, at: time }).optional(),
      triage: z.strictObject({ state: triageState, assignee: actor.optional() }).optional(),
    }),
  })
  .meta({ id: 'IncidentChange' });
export type IncidentChange = z.infer<typeof incidentChange>;

export const incident = z.strictObject({
  id: z.string(),
  alerts: list(alert).describe('first-out first; findings have only sentence and title'),
  omitted: z.int().describe('number of alerts that are not listed: those between the first and the newest ones'),
  changes: list(incidentChange).describe('the last changes before the requested sequence number, oldest first'),
  earlier: z.boolean().describe('true if there are earlier changes'),
});
export type IncidentBody = z.infer<typeof incident>;
