import { z } from 'zod';

const securityModes = ['SignAndEncrypt', 'Sign', 'None'] as const;
/** Withdrawn by the OPC Foundation because they rest on SHA-1 (OPC 10000-7): taken only where they are named and acknowledged. */
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
    value: z.number().min(0).describe('what a value must move by: in its engineering unit, or in percent of its range'),
  })
  .describe('changes that are no larger are not reported: saves traffic and blinds detectors, so that none is the default');

export type Deadband = z.infer<typeof deadbandSchema>;

/** Requests that take longer than this are given up; node-opcua knows no shorter deadline. */
const shortestDeadlineMs = 5_000;

export const opcuaSchema = z
  .strictObject({
    endpoint: z
      .string()
      .regex(/^opc\.tcp:\/\/[^\s/]+(\/\S*)?$/, 'an address such as opc.tcp://10.0.0.7:4840')
      .describe('address of the server, e.g. `opc.tcp://10.0.0.7:4840`'),
    securityMode: z
      .enum(securityModes)
      .default('SignAndEncrypt')
      .describe('how messages are protected; `None` only in a laboratory'),
    securityPolicy: z
      .enum(securityPolicies)
      .default('Aes256_Sha256_RsaPss')
      .describe(
        'the algorithms, by the name that OPC UA gives them; `Basic256` and `Basic128Rsa15` are broken and need `allowDeprecated` too',
      ),
    allowDeprecated: z
      .boolean()
      .default(false)
      .describe('acknowledges that the named policy is deprecated: what it protects can be forged or read by others'),
    renewDays: z.int().min(1).max(365).default(60).describe('our own certificate gets its successor so many days before it ends'),
    user: z
      .union([
        z.strictObject({
          name: z.string().min(1).describe('user name on the server; give it read access only'),
          passphrase: z.string().describe('its passphrase, from the environment: `${env:NAME}`'),
        }),
        z.strictObject({
          certificateFile: z.string().min(1).describe('X.509 certificate of the user, PEM or DER'),
          keyFile: z.string().min(1).describe('its private key, PEM'),
          keyPassphrase: z.string().optional().describe('passphrase of the key, from the environment: `${env:NAME}`'),
        }),
      ])
      .optional()
      .describe(
        'login: `name` and `passphrase`, or `certificateFile` (PEM or DER), `keyFile` (PEM) and `keyPassphrase` if it has one; anonymous if it is left out',
      ),
    mode: z
      .enum(['subscribe', 'poll'])
      .default('subscribe')
      .describe('`subscribe`: the server reports changes; `poll`: values are read, for servers whose subscriptions do not work'),
    publishingMs: z.int().min(50).max(60_000).default(500).describe('how often the server reports changes, ms'),
    sampling: z
      .enum(['scan', 'change'])
      .default('scan')
      .describe('`scan`: the server samples a tag once in its scan period; `change`: it reports each change that it knows of'),
    queueSize: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('samples of a tag that the server keeps between two reports; publishing period / scan period + 2 if not given'),
    deadband: deadbandSchema.optional(),
    itemsPerCall: z.int().min(1).max(1_000).default(1_000).describe('tags set up by one request; less where the server says so'),
    nodesPerRead: z.int().min(1).max(10_000).default(500).describe('tags read by one request; less where the server says so'),
    postureEveryMs: z
      .int()
      .min(1_000)
      .max(86_400_000)
      .default(600_000)
      .describe('how often the server’s state, endpoints and watched nodes are compared with what they were, ms'),
    alarms: z.boolean().default(true).describe('mirror the alarm conditions of a server that notifies of events'),
    maxRequestsPerSecond: z
      .number()
      .min(0.1)
      .max(1_000)
      .default(20)
      .describe(
        'requests that the server is asked in any second, evenly spread, those that open and end a session among them; publish requests, which wait there, are not',
      ),
    deadlineMs: z
      .int()
      .min(shortestDeadlineMs)
      .max(120_000)
      .default(shortestDeadlineMs)
      .describe('a request that is not answered in this time has failed, ms of machine time'),
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
  samplingMs: z.int().min(0).max(3_600_000).optional().describe('the server samples the tag so often, ms; 0: as fast as it can'),
  queueSize: z.int().min(1).max(10_000).optional().describe('samples of the tag that the server keeps between two reports'),
  deadband: deadbandSchema.optional(),
};

/** Address of a tag in a server: NodeId, namespace URI and identifier, or browse path. */
export const addressSchema = z.union([
  z.strictObject({
    node: z.string().regex(nodeId, 'a NodeId such as ns=2;s=CL.AT01').describe('NodeId, e.g. `ns=2;s=CL.AT01`'),
    ...watchKeys,
  }),
  z.strictObject({
    namespaceUri: z.string().min(1).describe('URI of the namespace: stays right where its index moves'),
    id: z
      .string()
      .regex(identifier, 'an identifier such as s=CL.AT01 or i=1001')
      .describe('identifier within it, e.g. `s=CL.AT01`'),
    ...watchKeys,
  }),
  z.strictObject({
    path: z
      .string()
      .regex(/^(\/(\d+:)?[^/]+)+$/, 'a path such as /2:Chlorination/2:Analyser/2:CL.AT01')
      .describe(
        'browse path below the Objects folder, e.g. `/2:Chlorination/2:Analyser/2:CL.AT01`, or a pattern that fits one node, e.g. `/2:*/**/2:CL.AT01`',
      ),
    ...watchKeys,
  }),
]);

export type OpcuaAddress = z.infer<typeof addressSchema>;
