import { z } from 'zod';
import { dashboardLink, isLoopbackHost, linkLocalRefusal, receiverSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    host: z.string().min(1).describe('name or address of the receiver'),
    port: z.int().min(1).max(65_535).optional().describe('port of the receiver; 6514 for tls, 514 for tcp and udp'),
    transport: z
      .enum(['tls', 'tcp', 'udp'])
      .default('tls')
      .describe('tls (RFC 5425), tcp (RFC 6587, octet counting) or udp (RFC 5426); over udp alerts can be lost'),
    format: z.enum(['cef', 'ocsf', 'ecs']).default('cef').describe('format of the message: CEF, OCSF Detection Finding or ECS'),
    facility: z.int().min(0).max(23).default(16).describe('syslog facility; 16 is local0'),
    hostname: z.string().max(255).optional().describe('name of the sender in the message; the name of this machine if not given'),
    ca: z.string().optional().describe('file with the certificates of the receiver’s authority, PEM; those of Node if not given'),
    certificate: z.string().optional().describe('file with the certificate of this client, PEM, for mutual TLS'),
    key: z.string().optional().describe('file with the private key of the certificate, PEM'),
    serverName: z.string().optional().describe('name in the receiver’s certificate, if it is not `host`'),
    dashboard: dashboardLink,
    allowClearText: z
      .boolean()
      .default(false)
      .describe('send alerts by tcp or udp to another machine; everybody on the network between can read them'),
    ...receiverSettings,
  })
  .superRefine(({ host, transport, certificate, key, allowClearText, allowLinkLocal }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (transport !== 'tls' && !isLoopbackHost(host) && !allowClearText)
      refuse('transport', 'alerts would cross the network in clear text: use tls, or set allowClearText: true');
    const refusal = linkLocalRefusal(host, allowLinkLocal);
    if (refusal !== undefined) refuse('host', refusal);
    if ((certificate === undefined) !== (key === undefined)) refuse('key', 'certificate and key are given together');
  });

export type SyslogConfig = z.infer<typeof schema>;

/** Port of the receiver: those that IANA has assigned, unless the configuration gives another one. */
export const portOf = ({ port, transport }: SyslogConfig): number => port ?? (transport === 'tls' ? 6514 : 514);
