import { z } from 'zod';

/** A base URL. Credentials have separate settings, so that they never appear in a displayed address. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((url) => new URL(url).username === '' && new URL(url).password === '', 'give the user and password their own keys');

export const schema = z.strictObject({
  url: address.describe('address of the server, e.g. http://127.0.0.1:8086'),
  readUrl: address.optional().describe('address for queries, if it differs (a VictoriaMetrics cluster)'),
  dialect: z
    .enum(['auto', 'v1', 'v2', 'victoriametrics'])
    .default('auto')
    .describe('v1: InfluxDB 1.x; v2: InfluxDB 2.x and 3.x; auto detects the type of server'),
  database: z.string().min(1).default('scadawatch').describe('database of 1.x and VictoriaMetrics, bucket of 2.x and 3.x'),
  org: z.string().default('').describe('organisation, for 2.x'),
  token: z.string().min(1).optional().describe('token of 2.x and 3.x, as ${env:NAME}'),
  username: z.string().min(1).optional().describe('user, for 1.x with authentication'),
  password: z.string().min(1).optional().describe('password of that user, as ${env:NAME}'),
  measurement: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _')
    .default('sample')
    .describe('measurement that holds the samples'),
  timeoutMs: z.int().min(100).default(10_000).describe('longest wait for an answer, ms'),
});

export type InfluxdbConfig = z.infer<typeof schema>;
