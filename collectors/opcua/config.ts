import { z } from 'zod';

const securityModes = ['SignAndEncrypt', 'Sign', 'None'] as const;
/** The deprecated Basic128Rsa15 and Basic256 (SHA-1) are not offered. */
const securityPolicies = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256', 'None'] as const;

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
      .describe('the algorithms, by the name that OPC UA gives them'),
    user: z
      .strictObject({
        name: z.string().min(1).describe('user name on the server; give it read access only'),
        passphrase: z.string().describe('its passphrase, from the environment: `${env:NAME}`'),
      })
      .optional()
      .describe('login; anonymous if it is left out'),
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
    itemsPerCall: z.int().min(1).max(1_000).default(1_000).describe('tags set up by one request; less where the server says so'),
    nodesPerRead: z.int().min(1).max(10_000).default(500).describe('tags read by one request; less where the server says so'),
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
  });

export type OpcuaConfig = z.infer<typeof opcuaSchema>;

const nodeId = /^(ns=\d+;)?(i=\d+|s=.+|g=[0-9a-fA-F-]{36}|b=[A-Za-z0-9+/]+=*)$/;
const identifier = /^(i=\d+|s=.+|g=[0-9a-fA-F-]{36}|b=[A-Za-z0-9+/]+=*)$/;

/** Where in a server a tag lives: by NodeId, by namespace URI and identifier, or by browse path. */
export const addressSchema = z.union([
  z.strictObject({
    node: z.string().regex(nodeId, 'a NodeId such as ns=2;s=CL.AT01').describe('NodeId, e.g. `ns=2;s=CL.AT01`'),
  }),
  z.strictObject({
    namespaceUri: z.string().min(1).describe('URI of the namespace: stays right where its index moves'),
    id: z
      .string()
      .regex(identifier, 'an identifier such as s=CL.AT01 or i=1001')
      .describe('identifier within it, e.g. `s=CL.AT01`'),
  }),
  z.strictObject({
    path: z
      .string()
      .regex(/^(\/(\d+:)?[^/]+)+$/, 'a path such as /2:Chlorination/2:Analyser/2:CL.AT01')
      .describe('browse path below the Objects folder, e.g. `/2:Chlorination/2:Analyser/2:CL.AT01`'),
  }),
]);

export type OpcuaAddress = z.infer<typeof addressSchema>;
