import { isIP, isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { roles } from '../../src/core/access.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { identitySchema } from '../accounts/identity-config.ts';

/** An address, or a network such as `10.0.0.0/8`. */
function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIPv6(address) ? 128 : 32));
}

/** The `dashboard` section of the configuration. */
export const dashboardSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'address to listen on; any address other than loopback requires `tls`, so that no passphrase crosses a network unencrypted',
    ),
  port: z.int().min(0).max(65535).default(4800).describe('TCP port of the pages; 0 takes a free one'),
  tls: z
    .strictObject({
      cert: z.string().min(1).describe('PEM file with the certificate and its chain'),
      key: z.string().min(1).describe('PEM file with the private key'),
    })
    .optional()
    .describe('certificate of the dashboard; without it the dashboard serves only this machine'),
  origins: z
    .array(z.url({ protocol: /^https?$/ }))
    .default([])
    .describe(
      'more addresses by which browsers reach the dashboard, e.g. `https://scada.example:4800` or the address of a tunnel',
    ),
  basePath: z
    .string()
    .regex(/^\/([\w~-][\w.~-]*(\/[\w~-][\w.~-]*)*)?$/, 'a path that starts with a slash and does not end with one, e.g. /scada')
    .default('/')
    .describe(
      'path of the dashboard behind a reverse proxy that also serves other sites; the proxy must forward the path unchanged',
    ),
  trustedProxies: z
    .array(z.string().refine(isAddressOrNetwork, 'an address or a network, e.g. 10.0.0.1 or 10.0.0.0/8'))
    .max(100)
    .default([])
    .describe('reverse proxies that may state the address of a client, with `proxySecret`'),
  proxySecret: z
    .string()
    .regex(/^[\x21-\x7e]{16,200}$/, '16 to 200 printable ASCII characters without spaces')
    .optional()
    .describe(
      'secret by which a trusted proxy proves the address of a client, as `${env:NAME}`; without it all clients behind a proxy count as one address',
    ),
  sessionHours: z.number().positive().max(168).default(12).describe('longest duration of a session, hours'),
  idleMinutes: z
    .number()
    .positive()
    .max(10_080)
    .default(240)
    .describe('a session ends after this time without a click, a key or an action, minutes'),
  setupMinutes: z.number().positive().max(1440).default(60).describe('validity of the setup link of the first start, minutes'),
  metricsToken: z
    .string()
    .min(16, 'at least 16 characters')
    .regex(/^[\x21-\x7e]+$/, 'printable ASCII characters without spaces')
    .optional()
    .describe('bearer token of `GET /metrics`, as `${env:NAME}`; without it the dashboard serves no metrics'),
  secondFactor: z
    .array(z.enum(roles))
    .max(roles.length)
    .default([])
    .describe('roles whose local accounts must use an authenticator app; they set it up at the next sign-in'),
  identity: identitySchema.optional().describe('sign-in by an identity provider (OpenID Connect), beside local accounts'),
  maxConnections: z.int().min(1).max(10_000).default(64).describe('largest number of open pages of all users'),
  maxConnectionsPerUser: z.int().min(1).max(10_000).default(16).describe('largest number of open pages of one user'),
  maxConnectionsPerAddress: z.int().min(1).max(10_000).default(48).describe('largest number of open pages from one address'),
});

/** @see dashboardSchema */
export type DashboardConfig = z.infer<typeof dashboardSchema>;

/** True for the names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** @throws ScadaError CONFIG_INVALID if passphrases would cross a network unencrypted, or no page could be opened */
export function checkBinding(config: DashboardConfig): void {
  if (config.tls === undefined && !isLoopback(config.host)) {
    throw new ScadaError('config', 'CONFIG_INVALID', `dashboard.host is ${config.host}, but dashboard.tls is not set`, {
      hint: 'Set dashboard.tls to a cert and a key, or set dashboard.host to 127.0.0.1 and use a tunnel.',
    });
  }
  if (isWildcard(config.host) && config.origins.length === 0) {
    throw new ScadaError('config', 'CONFIG_INVALID', `dashboard.host is ${config.host}, but dashboard.origins is empty`, {
      hint: 'Add the addresses that users type into their browser, e.g. dashboard.origins: [https://scada.example:4800].',
    });
  }
}

/** The origins whose pages may execute actions; links use the first one. */
export function allowedOrigins(config: DashboardConfig, port: number): readonly string[] {
  const scheme = config.tls === undefined ? 'http' : 'https';
  const hosts = isLoopback(config.host)
    ? [config.host, '127.0.0.1', 'localhost', '::1']
    : isWildcard(config.host)
      ? []
      : [config.host];
  const own = hosts.map((host) => new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`).origin);
  const named = config.origins.map((origin) => new URL(origin).origin);
  return [...new Set(isWildcard(config.host) ? named : [...own, ...named])];
}
