import { z } from 'zod';

/**
 * What the core format of MISP (draft-dulaunoy-misp-core-format-20) requires of an event and its attributes, for the keys that scadawatch
 * writes. Numbers and times are texts.
 */
const number = z.string().regex(/^\d+$/);
const uuid = z.uuid();

/** Categories with the types that they permit, as far as they are used. */
const typesOf = {
  'Network activity': ['ip-src', 'ip-dst', 'ip-dst|port'],
  'Internal reference': ['text', 'comment', 'link'],
} as const;

const attribute = z
  .strictObject({
    uuid,
    type: z.string(),
    category: z.enum(Object.keys(typesOf) as (keyof typeof typesOf)[]),
    value: z.string().min(1),
    comment: z.string(),
    to_ids: z.boolean(),
    distribution: z.enum(['0', '1', '2', '3', '4', '5']),
    timestamp: number,
  })
  .refine(({ type, category }) => (typesOf[category] as readonly string[]).includes(type));

export const mispEventRules = z.strictObject({
  Event: z.strictObject({
    uuid,
    info: z.string().min(1),
    date: z.iso.date(),
    timestamp: number,
    publish_timestamp: number,
    published: z.boolean(),
    org_id: number,
    orgc_id: number,
    Orgc: z.strictObject({ id: number, uuid, name: z.string().min(1) }),
    distribution: z.enum(['0', '1', '2', '3', '4']),
    threat_level_id: z.enum(['1', '2', '3', '4']),
    analysis: z.enum(['0', '1', '2']),
    Attribute: z.array(attribute),
    Tag: z.array(z.strictObject({ name: z.string().min(1) })),
  }),
});
