import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import type { Priority } from '../core/alert.ts';
import { ScadaError } from '../core/errors.ts';
import type { Destination } from '../core/notifier.ts';
import { otherDisks } from '../data-directory/disk-access.ts';

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

const isLoopbackHost = (hostname: string): boolean => hostname === 'localhost' || isIn(loopback, bare(hostname));
const isLinkLocalHost = (hostname: string): boolean => isIn(linkLocal, bare(hostname));

/**
 * Checks the address of a receiver. Notifiers do so at each attempt, because the owner of a name can change it.
 * @param receiver name of the receiver in the error
 * @throws ScadaError `fatal` if the host resolves to a link-local address that is not allowed
 */
export async function checkAddress(
  receiver: string,
  hostname: string,
  allowLinkLocal: boolean,
  resolve: typeof lookup = lookup,
): Promise<void> {
  if (allowLinkLocal) return;
  const addresses = await resolve(bare(hostname), { all: true });
  const linkLocalOne = addresses.find(({ address }) => isIn(linkLocal, address));
  if (linkLocalOne === undefined) return;
  throw new ScadaError(
    'fatal',
    'NOTIFY_FAILED',
    `${receiver}: its name resolves to the link-local address ${linkLocalOne.address}`,
    { hint: 'correct the name or its DNS entry, or set allowLinkLocal: true for this notifier' },
  );
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
  const { protocol, hostname: host } = new URL(url);
  const target = { host, isSecure: protocol !== 'http:', allowClearText, allowLinkLocal };
  checkHost(target, { at: { clearText: 'url', host: 'url' }, secure: 'https' }, context);
}

/** Address of the dashboard, for links to incidents. */
export const dashboardLink = urlOf('address of the dashboard; messages then link to the page of the incident').optional();

/** Certificate files of a connection by TLS. */
export const tlsSettings = {
  ca: z.string().optional().describe('file with the certificates of the receiver’s authority, PEM; those of Node if not given'),
  certificate: z.string().optional().describe('file with the certificate of this client, PEM, for mutual TLS'),
  key: z.string().optional().describe('file with the private key of the certificate, PEM'),
};

/** Reads the certificate files. Notifiers do so for each connection, so that a renewed certificate needs no restart. */
export async function readTlsFiles({
  ca,
  certificate,
  key,
}: {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}): Promise<{ readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer }> {
  const read = (file: string): Promise<Buffer> => otherDisks.run(() => readFile(file));
  return {
    ...(ca === undefined ? {} : { ca: await read(ca) }),
    ...(certificate === undefined ? {} : { cert: await read(certificate) }),
    ...(key === undefined ? {} : { key: await read(key) }),
  };
}

/** Refuses a configuration that gives one of two settings without the other. The problem is at the second one. */
export function checkTogether(values: object, pair: readonly [string, string], context: z.RefinementCtx): void {
  const [first, second] = pair.map((name) => (values as Readonly<Record<string, unknown>>)[name] !== undefined);
  if (first !== second)
    context.addIssue({ code: 'custom', path: [pair[1]], message: `${pair.join(' and ')} are given together` });
}

/** Refuses a receiver at another machine without TLS, and one at a link-local address, unless the configuration allows it. */
export function checkHost(
  {
    host,
    isSecure,
    allowClearText,
    allowLinkLocal,
  }: { readonly host: string; readonly isSecure: boolean; readonly allowClearText: boolean; readonly allowLinkLocal: boolean },
  { at, secure }: { readonly at: { readonly clearText: string; readonly host: string }; readonly secure: string },
  context: z.RefinementCtx,
): void {
  const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  if (!isSecure && !isLoopbackHost(host) && !allowClearText)
    refuse(at.clearText, `alerts would cross the network in clear text: use ${secure}, or set allowClearText: true`);
  if (isLinkLocalHost(host) && !allowLinkLocal)
    refuse(at.host, 'this is a link-local address: use another one, or set allowLinkLocal: true');
}

/** Ports of URLs that state none. */
const ports: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'mqtt:': 1883,
  'mqtts:': 8883,
  'nats:': 4222,
  'tls:': 4222,
};

/** Host and port of a URL. */
export function destinationOf(url: string): Destination {
  const { protocol, hostname: host, port } = new URL(url);
  return { host, port: port === '' ? (ports[protocol] ?? Number.NaN) : Number(port) };
}
