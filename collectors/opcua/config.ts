import { z } from 'zod';

const securityModes = ['SignAndEncrypt', 'Sign', 'None'] as const;
/** Withdrawn by the OPC Foundation because they use SHA-1 (OPC 10000-7): accepted only if named and acknowledged. */
export const deprecatedPolicies: readonly string[] = ['Basic256', 'Basic128Rsa15'];
const securityPolicies = [
  'Aes256_Sha256_RsaPss',
  'Aes128_Sha256_RsaOaep',
  'Basic256Sha256',
  'Basic256',
  'Basic128Rsa15',
  'None',
] as const;

const deadbandSchema = z
  .strictObject({
    type: z.enum(['absolute', 'percent']).describe('`percent` is of the EURange of the node, which must have one'),
    value: z
      .number()
      .min(0)
      .describe('minimum change of a value that is reported: in its engineering unit, or in percent of its range'),
  })
  .describe('smaller changes are not reported: this saves traffic but hides changes from detectors, so that the default is none');

export type Deadband = z.infer<typeof deadbandSchema>;

/** Shortest request deadline that node-opcua supports, ms. */
const shortestDeadlineMs = 5_000;

export const opcuaSchema = z
  .strictObject({
    endpoint: z
      .string()
      .regex(/^opc\.tcp:\/\/[^\s/]+(\/\S*)?$/, 'an address such as opc.tcp://10.0.0.7:4840')
      .describe('address of the server, e.g. `opc.tcp://10.0.0.7:4840`'),
    securityMode: z.enum(securityModes).default('SignAndEncrypt').describe('message security mode; `None` only in a laboratory'),
    securityPolicy: z
      .enum(securityPolicies)
      .default('Aes256_Sha256_RsaPss')
      .describe('security policy by its OPC UA name; `Basic256` and `Basic128Rsa15` are broken and also need `allowDeprecated`'),
    allowDeprecated: z
      .boolean()
      .default(false)
      .describe('acknowledges that the named policy is deprecated: others can forge or read the messages'),
    renewDays: z
      .int()
      .min(1)
      .max(365)
      .default(60)
      .describe('number of days before the end of the own certificate at which its successor is created'),
    user: z
      .union([
        z.strictObject({
          name: z.string().min(1).describe('user name on the server; use an account with read access only'),
          passphrase: z.string().describe('passphrase of the user, from the environment: `${env:NAME}`'),
        }),
        z.strictObject({
          certificateFile: z.string().min(1).describe('X.509 certificate of the user, PEM or DER'),
          keyFile: z.string().min(1).describe('private key of the certificate, PEM'),
          keyPassphrase: z.string().optional().describe('passphrase of the key, from the environment: `${env:NAME}`'),
        }),
      ])
      .optional()
      .describe(
        'user of the session: `name` and `passphrase`, or `certificateFile` (PEM or DER), `keyFile` (PEM) and `keyPassphrase` if the key has one; anonymous if omitted',
      ),
    mode: z
      .enum(['subscribe', 'poll'])
      .default('subscribe')
      .describe('`subscribe`: the server reports changes; `poll`: values are read, for servers whose subscriptions do not work'),
    publishingMs: z.int().min(50).max(60_000).default(500).describe('interval at which the server reports changes, ms'),
    sampling: z
      .enum(['scan', 'change'])
      .default('scan')
      .describe('`scan`: the server samples a tag once in its scan period; `change`: it reports every change that it detects'),
    queueSize: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('samples of a tag that the server queues between two reports; publishing period / scan period + 2 if omitted'),
    deadband: deadbandSchema.optional(),
    itemsPerCall: z
      .int()
      .min(1)
      .max(1_000)
      .default(1_000)
      .describe('maximum number of tags set up by one request; fewer if the server states a lower limit'),
    nodesPerRead: z
      .int()
      .min(1)
      .max(10_000)
      .default(500)
      .describe('maximum number of tags read by one request; fewer if the server states a lower limit'),
    postureEveryMs: z
      .int()
      .min(1_000)
      .max(86_400_000)
      .default(600_000)
      .describe(
        'interval at which state, endpoints and watched nodes of the server are compared with their last known values, ms',
      ),
    clients: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'application URIs of clients that may have sessions at the server, e.g. of the operator station; any other one is reported when it first has a session',
      ),
    alarms: z.boolean().default(true).describe('mirror the alarm conditions of a server that sends events'),
    maxRequestsPerSecond: z
      .number()
      .min(0.1)
      .max(1_000)
      .default(20)
      .describe(
        'maximum requests to the server per second, evenly spaced, including those that open and close a session; publish requests, which wait at the server, do not count',
      ),
    deadlineMs: z
      .int()
      .min(shortestDeadlineMs)
      .max(120_000)
      .default(shortestDeadlineMs)
      .describe('time after which an unanswered request has failed, ms of machine time'),
  })
  .refine((config) => (config.securityMode === 'None') === (config.securityPolicy === 'None'), {
    message: 'securityMode and securityPolicy are `None` together or not at all',
    path: ['securityPolicy'],
  })
  .refine((config) => config.allowDeprecated === deprecatedPolicies.includes(config.securityPolicy), {
    message:
      'a deprecated policy (Basic256, Basic128Rsa15) is taken only together with `allowDeprecated: true`, and that only with such a policy',
    path: ['allowDeprecated'],
  });

export type OpcuaConfig = z.infer<typeof opcuaSchema>;

const nodeId = /^(ns=\d+;)?(i=\d+|s=.+|g=[0-9a-fA-F-]{36}|b=[A-Za-z0-9+/]+=*)$/;
const identifier = /^(i=\d+|s=.+|g=[0-9a-fA-F-]{36}|b=[A-Za-z0-9+/]+=*)$/;

/** Settings of one tag that override those of its device. */
const watchKeys = {
  samplingMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .optional()
    .describe('sampling interval of the tag in the server, ms; 0: as fast as the server can'),
  queueSize: z.int().min(1).max(10_000).optional().describe('samples of the tag that the server queues between two reports'),
  deadband: deadbandSchema.optional(),
};

/** Address of a tag in a server: NodeId, namespace URI and identifier, or browse path. */
export const addressSchema = z.union([
  z.strictObject({
    node: z.string().regex(nodeId, 'a NodeId such as ns=2;s=CL.AT01').describe('NodeId, e.g. `ns=2;s=CL.AT01`'),
    ...watchKeys,
  }),
  z.strictObject({
    namespaceUri: z.string().min(1).describe('URI of the namespace: stays valid if the namespace index changes'),
    id: z
      .string()
      .regex(identifier, 'an identifier such as s=CL.AT01 or i=1001')
      .describe('identifier within the namespace, e.g. `s=CL.AT01`'),
    ...watchKeys,
  }),
  z.strictObject({
    path: z
      .string()
      .regex(/^(\/(\d+:)?[^/]+)+$/, 'a path such as /2:Chlorination/2:Analyser/2:CL.AT01')
      .describe(
        'browse path below the Objects folder, e.g. `/2:Chlorination/2:Analyser/2:CL.AT01`, or a pattern that matches one node, e.g. `/2:*/**/2:CL.AT01`',
      ),
    ...watchKeys,
  }),
]);

export type OpcuaAddress = z.infer<typeof addressSchema>;
