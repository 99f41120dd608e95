import { z } from 'zod';

/**
 * What OCSF 1.6 requires of the classes of records, for the attributes that scadawatch uses. Facts from the attribute tables of
 * https://schema.ocsf.io/1.6.0/classes/: an attribute or an activity that they do not have is refused.
 */
const activities: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  3001: {
    1: 'Create',
    2: 'Enable',
    3: 'Password Change',
    4: 'Password Reset',
    5: 'Disable',
    6: 'Delete',
    10: 'MFA Factor Enable',
    11: 'MFA Factor Disable',
  },
  3002: { 1: 'Logon', 2: 'Logoff' },
  3004: { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete' },
  3005: { 1: 'Assign Privileges', 2: 'Revoke Privileges' },
  4001: { 1: 'Open', 2: 'Close', 3: 'Reset', 4: 'Fail', 5: 'Refuse', 6: 'Traffic' },
};
const names: Readonly<Record<number, string>> = {
  3001: 'Account Change',
  3002: 'Authentication',
  3004: 'Entity Management',
  3005: 'User Access Management',
  4001: 'Network Activity',
};

const user = z.strictObject({ name: z.string(), type: z.string().optional(), type_id: z.literal([0, 1, 2, 3, 99]).optional() });
const endpoint = z
  .strictObject({
    ip: z.union([z.ipv4(), z.ipv6()]).optional(),
    name: z.string().optional(),
    hostname: z.string().optional(),
    port: z.int().min(0).max(65_535).optional(),
  })
  .refine((value) => Object.keys(value).length > 0);

const base = {
  category_uid: z.literal([3, 4]),
  category_name: z.enum(['Identity & Access Management', 'Network Activity']),
  class_uid: z.int(),
  class_name: z.string(),
  activity_id: z.int(),
  activity_name: z.string(),
  type_uid: z.int(),
  type_name: z.string(),
  time: z.int().positive(),
  message: z.string(),
  severity_id: z.literal([1, 2]),
  severity: z.enum(['Informational', 'Low']),
  status_id: z.literal([1, 2]),
  status: z.enum(['Success', 'Failure']),
  status_detail: z.string().optional(),
  metadata: z.strictObject({
    version: z.literal('1.6.0'),
    uid: z.string(),
    log_name: z.string(),
    event_code: z.string(),
    product: z.strictObject({ name: z.string(), vendor_name: z.string(), version: z.string() }),
  }),
  unmapped: z.record(z.string(), z.unknown()),
};
const iam = { ...base, actor: z.strictObject({ user }), src_endpoint: endpoint.optional() };

const own: Readonly<Record<number, z.ZodRawShape>> = {
  3001: { ...iam, user },
  3002: { ...iam, user, service: z.strictObject({ name: z.string() }) },
  3004: { ...iam, entity: z.strictObject({ name: z.string(), type: z.string() }), comment: z.string().optional() },
  3005: { ...iam, user, privileges: z.array(z.string()).min(1) },
  4001: {
    ...base,
    src_endpoint: endpoint,
    dst_endpoint: endpoint.optional(),
    app_name: z.string().optional(),
    connection_info: z.strictObject({
      direction_id: z.literal(0),
      direction: z.literal('Unknown'),
      protocol_num: z.int().optional(),
      protocol_name: z.string().optional(),
    }),
    traffic: z.strictObject({ packets: z.int().optional(), bytes: z.int().optional() }).optional(),
  },
};

/** Schema of a class, with the agreement of its ids and names. Activity 99 has a name of the product. */
export const recordClass = (uid: number) =>
  z.strictObject(own[uid] ?? {}).refine(
    (value) => {
      const {
        class_uid: ofClass,
        class_name: name,
        activity_id: id,
        activity_name: activity,
        type_uid: type,
      } = value as Record<string, unknown>;
      const known = activities[uid]?.[id as number] ?? (id === 99 ? activity : undefined);
      return ofClass === uid && name === names[uid] && activity === known && type === uid * 100 + (id as number);
    },
    { message: 'class, activity, their names and the type do not agree' },
  );
