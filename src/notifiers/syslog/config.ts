import { z } from 'zod';
import { recordStreams } from '../../core/security-record.ts';
import { checkHost, checkTogether, dashboardLink, receiverSettings, tlsSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    host: z.string().min(1).describe('name or address of the receiver'),
    port: z.int().min(1).max(65_535).optional().describe('port of the receiver; 6514 for tls, 514 for tcp and udp'),
    transport: z
      .enum(['tls', 'tcp', 'udp'])
      .default('tls')
      .describe('tls (RFC 5425), tcp (RFC 6587, octet counting) or udp (RFC 5426); over udp alerts can be lost'),
    format: z.enum(['cef', 'ocsf', 'ecs']).default('cef').describe('format of the message: CEF, OCSF 1.6 or ECS'),
    send: z
      .array(z.enum(['alerts', ...recordStreams]))
      .min(1)
      .default(['alerts'])
      .describe(
        'what is sent: alerts, the audit trail (sign-ins, acts, accounts, configuration, baseline), and events of devices and the network',
      ),
    facility: z.int().min(0).max(23).default(16).describe('syslog facility; 16 is local0'),
    hostname: z.string().max(255).optional().describe('name of the sender in the message; the name of this machine if not given'),
    ...tlsSettings,
    serverName: z.string().optional().describe('name in the receiver’s certificate, if it is not `host`'),
    dashboard: dashboardLink,
    allowClearText: z
      .boolean()
      .default(false)
      .describe('send alerts by tcp or udp to another machine; everybody on the network between can read them'),
    ...receiverSettings,
  })
  .superRefine((values, context) => {
    const at = { clearText: 'transport', host: 'host' };
    checkHost({ ...values, isSecure: values.transport === 'tls' }, { at, secure: 'tls' }, context);
    checkTogether(values, ['certificate', 'key'], context);
  });

export type SyslogConfig = z.infer<typeof schema>;

/** Port of the receiver: those that IANA has assigned, unless the configuration gives another one. */
export const portOf = ({ port, transport }: SyslogConfig): number => port ?? (transport === 'tls' ? 6514 : 514);
