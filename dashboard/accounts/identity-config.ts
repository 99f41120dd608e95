import { z } from 'zod';
import { roles } from '../../src/core/access.ts';

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** The `identity` section of the dashboard: sign-in by an identity provider (OpenID Connect). */
export const identitySchema = z.strictObject({
  issuer: z
    .url({ protocol: /^https?$/ })
    .refine((text) => {
      const { protocol, hostname } = new URL(text);
      return protocol === 'https:' || loopback.includes(hostname);
    }, 'must be an https address')
    .describe('address of the issuer, as the identity provider states it; https unless it is on this machine'),
  clientId: z.string().min(1).max(200).describe('id of scadawatch at the identity provider'),
  clientSecret: z.string().min(1).optional().describe('secret of the client, only as `${env:NAME}`; without it a public client'),
  name: z.string().min(1).max(40).default('identity provider').describe('name of the identity provider on the sign-in page'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
    .max(20)
    .default(['openid', 'profile'])
    .describe('requested scopes; some providers need one more for groups'),
  nameClaim: z
    .string()
    .min(1)
    .max(100)
    .default('preferred_username')
    .describe('claim with the name of the user for lists and the audit trail'),
  groupsClaim: z.string().min(1).max(200).default('groups').describe('claim with the groups of the user'),
  roles: z
    .array(z.strictObject({ group: z.string().min(1).max(200), role: z.enum(roles) }))
    .min(1)
    .max(200)
    .describe('role of each group; the first entry whose group the user has decides, and a user without one is refused'),
  clockSkew: z
    .number()
    .min(0)
    .max(300)
    .default(30)
    .describe('accepted difference to the clock of the identity provider, seconds'),
  signOut: z
    .boolean()
    .default(true)
    .describe('sign out at the identity provider too, if it offers that; important on shared computers'),
});
/** @see identitySchema */
export type IdentityConfig = z.infer<typeof identitySchema>;
