import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import type { Priority } from '../core/alert.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');

/** True for an address in the list; IPv4 addresses written as IPv6 (`::ffff:169.254.1.1`) count as IPv4. */
function isIn(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** Host of a URL without the brackets of IPv6. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

export const isLoopbackHost = (hostname: string): boolean => hostname === 'localhost' || isIn(loopback, bare(hostname));
const isLinkLocalHost = (hostname: string): boolean => isIn(linkLocal, bare(hostname));

/** Resolves a host and returns its first link-local address, if any: a name may resolve to an address that is not permitted. */
export async function linkLocalAddressOf(hostname: string, resolve: typeof lookup = lookup): Promise<string | undefined> {
  const addresses = await resolve(bare(hostname), { all: true });
  return addresses.find(({ address }) => isIn(linkLocal, address))?.address;
}

const urgency: Readonly<Record<Priority, number>> = { 1: 3, 2: 2, 3: 1, A: 0 };

/** True if an alert is as urgent as the lowest priority that a receiver gets. */
export const isUrgent = (priority: Priority, minimum: Priority): boolean => urgency[priority] >= urgency[minimum];

/** Settings that all notifiers share. */
export const receiverSettings = {
  minimumPriority: z
    .union([z.literal(1), z.literal(2), z.literal(3), z.literal('A')])
    .default('A')
    .describe('lowest priority that is sent: 1 to 3 are alarms, A also sends anomalies'),
  allowLinkLocal: z
    .boolean()
    .default(false)
    .describe('send alerts to a link-local address (169.254.0.0/16, fe80::/10), where clouds keep credentials'),
  timeoutMs: z.int().min(100).default(10_000).describe('longest wait for an answer, ms'),
};

/** Settings of receivers that have a URL. */
export const urlSettings = {
  allowClearText: z
    .boolean()
    .default(false)
    .describe('send alerts by http to another machine; everybody on the network between can read them'),
  ...receiverSettings,
};

/** Address of a receiver. */
export const urlOf = (what: string) => z.url({ protocol: /^https?$/ }).describe(what);

/** Refuses a URL that would send alerts in clear text to another machine or to a link-local address, unless that is allowed. */
export function checkUrl(
  {
    url,
    allowClearText,
    allowLinkLocal,
  }: { readonly url: string; readonly allowClearText: boolean; readonly allowLinkLocal: boolean },
  context: z.RefinementCtx,
): void {
  const { protocol, hostname } = new URL(url);
  const refuse = (message: string): void => context.addIssue({ code: 'custom', path: ['url'], message });
  if (protocol === 'http:' && !isLoopbackHost(hostname) && !allowClearText)
    refuse('alerts would cross the network in clear text: use https, or set allowClearText: true');
  const refusal = linkLocalRefusal(hostname, allowLinkLocal);
  if (refusal !== undefined) refuse(refusal);
}

/** Address of the dashboard, for links to incidents. */
export const dashboardLink = urlOf('address of the dashboard; messages then link to the page of the incident').optional();

/** Message for a link-local host that is not allowed; undefined if the host is allowed. */
export const linkLocalRefusal = (host: string, allowed: boolean): string | undefined =>
  isLinkLocalHost(host) && !allowed ? 'this is a link-local address: use another one, or set allowLinkLocal: true' : undefined;
