import { z } from 'zod';
import { isLoopbackHost, linkLocalRefusal, receiverSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: z
      .url({ protocol: /^mqtts?$/ })
      .describe('address of the broker, e.g. mqtts://broker.example:8883; mqtt only on this machine'),
    user: z.string().optional().describe('user at the broker'),
    password: z.string().optional().describe('password of the user, as ${env:NAME}'),
    ca: z.string().optional().describe('file with the certificates of the broker’s authority, PEM; those of Node if not given'),
    certificate: z.string().optional().describe('file with the certificate of this client, PEM, for mutual TLS'),
    key: z.string().optional().describe('file with the private key of the certificate, PEM'),
    topic: z
      .string()
      .regex(/^[^+#\0]+$/)
      .default('scadawatch')
      .describe('beginning of the topics: the state of an alert is retained below it as alerts/ID'),
    allowClearText: z
      .boolean()
      .default(false)
      .describe('send alerts by mqtt without TLS to another machine; everybody on the network between can read them'),
    ...receiverSettings,
  })
  .superRefine(({ url, user, password, certificate, key, allowClearText, allowLinkLocal }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const { protocol, hostname } = new URL(url);
    if (protocol === 'mqtt:' && !isLoopbackHost(hostname) && !allowClearText)
      refuse('url', 'alerts would cross the network in clear text: use mqtts, or set allowClearText: true');
    const refusal = linkLocalRefusal(hostname, allowLinkLocal);
    if (refusal !== undefined) refuse('url', refusal);
    if ((user === undefined) !== (password === undefined)) refuse('password', 'user and password are given together');
    if ((certificate === undefined) !== (key === undefined)) refuse('key', 'certificate and key are given together');
  });

export type MqttConfig = z.infer<typeof schema>;
