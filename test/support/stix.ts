import { z } from 'zod';

/**
 * What STIX 2.1 (OASIS standard, 10 June 2021) and the extension for TLP 2.0 require of the objects that scadawatch writes. Facts from
 * the property tables of the specification: a property that they do not have is refused.
 */
const idOf = (...types: readonly string[]) =>
  z.string().regex(new RegExp(`^(${types.join('|')})--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`));
const anyId = idOf('[a-z][a-z0-9-]*');
const time = z.iso.datetime({ precision: 3 });
const text = z.string().min(1);
const list = <T extends z.ZodType>(item: T) => z.array(item).min(1);
const confidence = z.int().min(0).max(100);
const reference = z
  .strictObject({
    source_name: text,
    description: text.optional(),
    url: z.url().optional(),
    hashes: z.record(text, text).optional(),
    external_id: text.optional(),
  })
  .refine(({ description, url, external_id: id }) => description !== undefined || url !== undefined || id !== undefined);

/** Properties of every object (section 3.2). */
const common = (type: string) => ({
  type: z.literal(type),
  spec_version: z.literal('2.1'),
  id: idOf(type),
});
const created = {
  created_by_ref: idOf('identity').optional(),
  created: time,
  modified: time,
  revoked: z.boolean().optional(),
  labels: list(text).optional(),
  confidence: confidence.optional(),
  external_references: list(reference).optional(),
  object_marking_refs: list(idOf('marking-definition')).optional(),
};
const domain = <Shape extends z.ZodRawShape>(type: string, shape: Shape) =>
  z.strictObject({ ...common(type), ...created, ...shape });
const observable = <Shape extends z.ZodRawShape>(type: string, shape: Shape) =>
  z.strictObject({ ...common(type), object_marking_refs: list(idOf('marking-definition')).optional(), ...shape });

const tlpLevels = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
const tlp = z.strictObject({
  ...common('marking-definition'),
  created: z.literal('2022-10-01T00:00:00.000Z'),
  name: z.enum(tlpLevels.map((level) => `TLP:${level.toUpperCase()}`)),
  extensions: z.strictObject({
    'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d': z.strictObject({
      extension_type: z.literal('property-extension'),
      tlp_2_0: z.enum(tlpLevels),
    }),
  }),
});
const statement = z.strictObject({
  ...common('marking-definition'),
  created: time,
  definition_type: z.literal('statement'),
  definition: z.strictObject({ statement: text }),
});

const objects = z.union([
  tlp,
  statement,
  domain('identity', { name: text, identity_class: z.enum(['individual', 'group', 'system', 'organization', 'class']) }),
  domain('incident', { name: text, description: text.optional() }),
  domain('attack-pattern', {
    name: text,
    kill_chain_phases: list(z.strictObject({ kill_chain_name: text, phase_name: text })).optional(),
  }),
  domain('indicator', {
    name: text.optional(),
    indicator_types: list(z.enum(['anomalous-activity', 'anonymization', 'benign', 'malicious-activity', 'unknown'])).optional(),
    pattern: text,
    pattern_type: z.literal('stix'),
    valid_from: time,
    valid_until: time.optional(),
  }),
  domain('observed-data', {
    first_observed: time,
    last_observed: time,
    number_observed: z.int().min(1).max(999_999_999),
    object_refs: list(anyId),
  }),
  domain('note', {
    abstract: text.optional(),
    content: text,
    authors: list(text).optional(),
    object_refs: list(anyId),
  }),
  domain('report', { name: text, report_types: list(text).optional(), published: time, object_refs: list(anyId) }),
  domain('grouping', {
    name: text.optional(),
    context: z.enum(['suspicious-activity', 'malware-analysis', 'unspecified']),
    object_refs: list(anyId),
  }),
  domain('relationship', { relationship_type: text, source_ref: anyId, target_ref: anyId, description: text.optional() }),
  domain('sighting', {
    first_seen: time.optional(),
    last_seen: time.optional(),
    count: z.int().min(0).max(999_999_999).optional(),
    sighting_of_ref: anyId,
    observed_data_refs: list(idOf('observed-data')).optional(),
    where_sighted_refs: list(idOf('identity', 'location')).optional(),
  }),
  observable('artifact', {
    mime_type: z.string().regex(/^(application|text)\/[a-z0-9.+-]+$/),
    payload_bin: z.base64().min(1),
    hashes: z.strictObject({ 'SHA-256': z.string().regex(/^[0-9a-f]{64}$/) }),
  }),
  observable('ipv4-addr', { value: z.ipv4() }),
  observable('ipv6-addr', { value: z.ipv6() }),
  observable('network-traffic', {
    src_ref: idOf('ipv4-addr', 'ipv6-addr'),
    dst_ref: idOf('ipv4-addr', 'ipv6-addr'),
    dst_port: z.int().min(0).max(65_535).optional(),
    protocols: list(z.string().regex(/^[a-z0-9-]+$/)),
  }),
]);

const bundle = z.strictObject({ type: z.literal('bundle'), id: idOf('bundle'), objects: list(z.unknown()) });

/** An object with the properties that the checks between objects need. */
interface Checked {
  readonly id: string;
  readonly type: string;
  readonly created?: string;
  readonly modified?: string;
  readonly [property: string]: unknown;
}

/** Problems of a bundle; empty if it is valid. */
export function stixProblems(value: unknown): readonly string[] {
  const outer = bundle.safeParse(value);
  if (!outer.success) return [z.prettifyError(outer.error)];
  const all = outer.data.objects as readonly Checked[];
  const ids = new Set(all.map(({ id }) => id));
  return [
    ...(ids.size === all.length ? [] : ['two objects have the same id']),
    ...all.flatMap((one) => {
      const parsed = objects.safeParse(one);
      const form = parsed.success ? [] : [`${one.id}: ${JSON.stringify(one)}`];
      const late =
        one.modified !== undefined && one.modified < (one.created ?? '') ? [`${one.id} was modified before it was created`] : [];
      const spans = [
        ['first_seen', 'last_seen'],
        ['first_observed', 'last_observed'],
      ] as const;
      const reversed = spans.flatMap(([from, to]) => (String(one[to]) < String(one[from]) ? [`${one.id}: ${to}`] : []));
      const refs = Object.entries(one).flatMap(([name, of]) => (/_refs?$/.test(name) ? [of].flat() : []));
      const missing = refs.flatMap((ref) =>
        ids.has(String(ref)) ? [] : [`${one.id} refers to ${String(ref)}, which is missing`],
      );
      return [...form, ...late, ...reversed, ...missing];
    }),
  ];
}
