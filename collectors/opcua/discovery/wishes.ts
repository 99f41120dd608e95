import { z } from 'zod';
import { deprecatedPolicies } from '../config.ts';

const policies = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256', 'None'] as const;

/** Filters and limits of a discovery that a person has chosen. */
export const opcuaWishes = z.strictObject({
  glob: z
    .string()
    .regex(/^\/./, 'a pattern of browse paths such as /2:Pumping/** or /**/*LEVEL*')
    .optional()
    .describe('only nodes whose browse path fits, e.g. `/2:Pumping/**`; everything below Objects if not given'),
  maxNodes: z.int().min(1).max(100_000).default(10_000).describe('nodes that are looked at, their properties among them'),
  depth: z.int().min(1).max(32).default(12).describe('names of a path, below Objects'),
  rate: z.number().min(0.1).max(50).default(5).describe('requests that no second sees more of'),
  maxRequests: z.int().min(10).max(100_000).default(1_000).describe('requests after which it ends in any case'),
  security: z
    .enum(policies)
    .optional()
    .describe(
      `policy of the channel, with SignAndEncrypt; \`None\` only in a laboratory; the default of the device if not given; ${deprecatedPolicies.join(' and ')} only by --device`,
    ),
  user: z
    .string()
    .min(1)
    .optional()
    .describe('login name; its passphrase comes from the environment variable OPCUA_PASSPHRASE; anonymous if not given'),
});
export type OpcuaWishes = z.output<typeof opcuaWishes>;
