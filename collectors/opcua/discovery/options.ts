import { z } from 'zod';
import { deprecatedPolicies } from '../config.ts';

const policies = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256', 'None'] as const;

/** Filters and limits of a discovery, as chosen by a person. */
export const opcuaDiscoveryOptions = z.strictObject({
  glob: z
    .string()
    .regex(/^\/./, 'a pattern of browse paths such as /2:Pumping/** or /**/*LEVEL*')
    .optional()
    .describe('only nodes whose browse path matches, e.g. `/2:Pumping/**`; everything below Objects if omitted'),
  maxNodes: z
    .int()
    .min(1)
    .max(100_000)
    .default(10_000)
    .describe('maximum number of nodes that are read, including their properties'),
  depth: z.int().min(1).max(32).default(12).describe('maximum length of a browse path below Objects, in names'),
  rate: z.number().min(0.1).max(50).default(5).describe('maximum number of requests in any second'),
  maxRequests: z.int().min(10).max(100_000).default(1_000).describe('maximum number of requests in total'),
  security: z
    .enum(policies)
    .optional()
    .describe(
      `policy of the channel, with SignAndEncrypt; \`None\` only in a laboratory; the default of the device if omitted; ${deprecatedPolicies.join(' and ')} only by --device`,
    ),
  user: z
    .string()
    .min(1)
    .optional()
    .describe('user name; its passphrase comes from the environment variable OPCUA_PASSPHRASE; anonymous if omitted'),
});
export type OpcuaDiscoveryOptions = z.output<typeof opcuaDiscoveryOptions>;
