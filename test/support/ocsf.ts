import { z } from 'zod';

/**
 * What OCSF 1.6 requires of a Detection Finding, for the attributes that scadawatch uses. Facts from the attribute tables of
 * https://schema.ocsf.io/1.6.0/classes/detection_finding: an attribute that they do not have is refused.
 */
const time = z.int().positive();
const observation = z.strictObject({ value: z.string(), count: z.int().optional() });
const behaviour = z.strictObject({
  observation_parameter: z.string(),
  observation_type: z.string().optional(),
  observed_pattern: z.string().optional(),
  observations: z.array(observation).min(1),
});
const technique = z.strictObject({ uid: z.string().regex(/^T\d{4}(\.\d{3})?$/), name: z.string().optional() });
const activities = { 1: 'Create', 2: 'Update', 3: 'Close' } as const;

export const detectionFinding = z
  .strictObject({
    activity_id: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    activity_name: z.string(),
    category_uid: z.literal(2),
    category_name: z.literal('Findings'),
    class_uid: z.literal(2004),
    class_name: z.literal('Detection Finding'),
    type_uid: z.int(),
    type_name: z.string(),
    time,
    start_time: time.optional(),
    end_time: time.optional(),
    severity_id: z.int().min(0).max(6),
    severity: z.string(),
    status_id: z.int().min(0).max(6),
    status: z.string(),
    confidence_id: z.int().min(0).max(3),
    confidence: z.string(),
    is_alert: z.boolean(),
    message: z.string(),
    comment: z.string().optional(),
    metadata: z.strictObject({
      version: z.string().regex(/^\d+\.\d+\.\d+$/),
      uid: z.string(),
      product: z.strictObject({ name: z.string(), vendor_name: z.string(), version: z.string() }),
    }),
    finding_info: z.strictObject({
      uid: z.string(),
      title: z.string(),
      desc: z.string(),
      types: z.array(z.string()),
      created_time: time,
      modified_time: time,
      first_seen_time: time,
      src_url: z.url().optional(),
      analytic: z.strictObject({ name: z.string(), type_id: z.int().min(0).max(4), type: z.string() }),
      attacks: z.array(
        z
          .strictObject({ version: z.string(), technique: technique.optional(), sub_technique: technique.optional() })
          .refine(({ technique: one, sub_technique: other }) => (one ?? other) !== undefined),
      ),
    }),
    resources: z.array(
      z.strictObject({
        name: z.string().min(1),
        type: z.string(),
        uid: z.string().optional(),
        group: z.strictObject({ name: z.string().min(1) }).optional(),
        namespace: z.string().optional(),
      }),
    ),
    evidences: z
      .array(
        z
          .strictObject({
            data: z.record(z.string(), z.unknown()).optional(),
            src_endpoint: z
              .strictObject({ ip: z.union([z.ipv4(), z.ipv6()]).optional(), name: z.string().optional() })
              .optional(),
            dst_endpoint: z
              .strictObject({
                ip: z.union([z.ipv4(), z.ipv6()]).optional(),
                name: z.string().optional(),
                port: z.int().min(0).max(65_535).optional(),
              })
              .optional(),
          })
          .refine(({ data, src_endpoint: source }) => (data ?? source) !== undefined),
      )
      .min(1),
    anomaly_analyses: z
      .array(
        z.strictObject({
          analysis_targets: z.array(z.strictObject({ name: z.string(), type: z.string().optional() })).min(1),
          anomalies: z.array(behaviour).min(1),
          baselines: z.array(behaviour).min(1).optional(),
        }),
      )
      .optional(),
    remediation: z.strictObject({ desc: z.string() }).optional(),
    unmapped: z.record(z.string(), z.unknown()),
  })
  .refine(({ activity_id: id, activity_name: name, type_uid: type }) => name === activities[id] && type === 200_400 + id, {
    message: 'activity, its name and the type do not agree',
  });
