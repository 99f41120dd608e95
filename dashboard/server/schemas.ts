import { z } from 'zod';
import { verdicts } from '../../src/core/alert.ts';
import { maintenanceKinds } from '../../src/core/maintenance.ts';
import { roles } from '../../src/core/access.ts';
import { type Api, type ClientMessage, limits, type RouteName } from '../protocol.ts';

/** Input of a route: the query of a GET, the body of a POST. */
export type Input<Route extends RouteName> = Api[Route]['query'] & Api[Route]['body'];

/** A number in a query, which contains only text. */
const numeric = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, 'a number')
  .transform(Number);
const count = (most: number) => numeric.pipe(z.int().min(1).max(most)).optional();
const listOf = (most: number) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().max(128)).min(1).max(most));
const text = z.string().min(1).max(200);

/** Letters and digits of any script, dot, underscore and hyphen, so that a name cannot break a line of a log. */
const newName = z
  .string()
  .normalize('NFC')
  .max(32)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'letters, digits, dot, underscore and hyphen only');
const newPassphrase = z
  .string()
  .max(limits.passphraseMax)
  .refine((value) => Array.from(value).length >= limits.passphraseMin, `at least ${limits.passphraseMin} characters`);
const role = z.enum(roles);
const note = z.string().max(limits.noteLength);
const line = z.strictObject({ detector: text, channel: text, name: z.string().max(200) });
const figures = z
  .record(text, z.number())
  .refine((all) => Object.keys(all).length > 0, 'at least one figure')
  .refine((all) => Object.keys(all).length <= limits.figuresPerLine, `at most ${limits.figuresPerLine} figures`);
const nothing = z.strictObject({});
const userAct = z.strictObject({ name: text, reason: note.optional() });
const ofSession = z.strictObject({ session: z.int().min(1) });

/** Every route's input. @see Api */
export const inputSchemas: { readonly [Route in RouteName]: z.ZodType<Input<Route>> } = {
  'GET /api/door': nothing,
  'POST /api/setup': z.strictObject({ token: text, name: newName, passphrase: newPassphrase }),
  'POST /api/login': z.strictObject({
    name: z.string().normalize('NFC').max(64),
    passphrase: z.string().max(limits.passphraseMax),
  }),
  'POST /api/logout': nothing,
  'GET /api/site': nothing,
  'GET /api/tags': z.strictObject({
    names: listOf(limits.bandTags).optional(),
    search: text.optional(),
    area: text.optional(),
    equipment: text.optional(),
    device: text.optional(),
    offset: numeric.pipe(z.int().min(0)).optional(),
    limit: count(limits.tagsPerPage),
  }),
  'GET /api/bands': z.strictObject({ tags: listOf(limits.bandTags) }),
  'GET /api/history': z.strictObject({
    tags: listOf(limits.historyTags),
    from: numeric,
    to: numeric,
    maxPoints: count(limits.historyPoints),
  }),
  'GET /api/health': nothing,
  'GET /api/detection': nothing,
  'GET /api/unwatched': z.strictObject({
    tag: text.optional(),
    offset: numeric.pipe(z.int().min(0)).optional(),
    limit: count(limits.linesPerPage),
  }),
  'GET /api/shadow': nothing,
  'GET /api/journal': z.strictObject({ device: text.optional(), limit: count(limits.journalPerQuery) }),
  'GET /api/alerts': z.strictObject({
    from: numeric.optional(),
    to: numeric.optional(),
    area: text.optional(),
    tag: text.optional(),
    incident: text.optional(),
    limit: count(limits.alertsPerQuery),
  }),
  'GET /api/alert': z.strictObject({ id: text, before: numeric.pipe(z.int().min(0)).optional() }),
  'GET /api/incident': z.strictObject({ id: text, before: numeric.pipe(z.int().min(0)).optional() }),
  'POST /api/alerts/acknowledge': z.strictObject({
    ids: z.array(text).min(1).max(limits.acknowledgedAtOnce),
    note: note.optional(),
  }),
  'POST /api/alerts/judge': z.strictObject({ id: text, verdict: z.enum(verdicts), note: note.optional() }),
  'GET /api/alerts/similar': z.strictObject({ id: text }),
  'GET /api/baseline': z.strictObject({
    tag: text.optional(),
    search: text.optional(),
    undecided: z.literal('yes').optional(),
    offset: numeric.pipe(z.int().min(0)).optional(),
    limit: count(limits.linesPerPage),
  }),
  'POST /api/baseline/approve': z.strictObject({
    lines: z.array(line).min(1).max(limits.linesApprovedAtOnce),
    reason: note.optional(),
  }),
  'POST /api/baseline/edit': z.strictObject({ line, figures, reason: note.optional() }),
  'POST /api/baseline/unlearn': z.strictObject({ line, reason: note.optional() }),
  'POST /api/maintenance/begin': z.strictObject({
    place: z.strictObject({ kind: z.enum(maintenanceKinds), id: text }),
    minutes: z.number().min(1).max(limits.maintenanceMinutes),
    reason: note.min(1),
  }),
  'POST /api/maintenance/end': z.strictObject({ id: text }),
  'GET /api/audit': z.strictObject({
    from: numeric.optional(),
    to: numeric.optional(),
    action: text.optional(),
    limit: count(limits.auditPerQuery),
  }),
  'GET /api/lab': nothing,
  'POST /api/lab/speed': z.strictObject({ speed: z.number().min(0).max(1000) }),
  'POST /api/lab/start': z.strictObject({ scenario: text }),
  'POST /api/lab/stop': nothing,
  'POST /api/lab/reset': nothing,
  'GET /api/users': nothing,
  'POST /api/users/add': z.strictObject({ name: newName, passphrase: newPassphrase, role }),
  'POST /api/users/role': z.strictObject({ name: text, role, reason: note.optional() }),
  'POST /api/users/passphrase': z.strictObject({ name: text, passphrase: newPassphrase, reason: note.optional() }),
  'POST /api/users/disable': userAct,
  'POST /api/users/enable': userAct,
  'POST /api/users/remove': userAct,
  'POST /api/users/end-session': ofSession,
  'GET /api/account': nothing,
  'POST /api/account/passphrase': z.strictObject({
    current: z.string().max(limits.passphraseMax),
    passphrase: newPassphrase,
  }),
  'POST /api/account/end-session': ofSession,
};

const u32 = z.int().min(0).max(0xffff_ffff);

/** @see ClientMessage */
export const clientMessageSchema: z.ZodType<ClientMessage> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('watch'), watch: u32, tags: z.array(u32).max(limits.watchedTags) }),
  z.strictObject({ type: z.literal('resume'), epoch: text.optional(), sequence: z.int().min(0).optional() }),
  z.strictObject({ type: z.literal('watch-lab'), on: z.boolean() }),
  z.strictObject({ type: z.literal('active') }),
]);
