import { z } from 'zod';
import { checkHost, checkTogether, receiverSettings, tlsSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: z
      .url({ protocol: /^mqtts?$/ })
      .describe('address of the broker, e.g. mqtts://broker.example:8883; mqtt only on this machine'),
    user: z.string().optional().describe('user at the broker'),
    password: z.string().optional().describe('password of the user, as ${env:NAME}'),
    ...tlsSettings,
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
  .superRefine((values, context) => {
    const { protocol, hostname: host } = new URL(values.url);
    const at = { clearText: 'url', host: 'url' };
    checkHost({ ...values, host, isSecure: protocol === 'mqtts:' }, { at, secure: 'mqtts' }, context);
    checkTogether(values, ['user', 'password'], context);
    checkTogether(values, ['certificate', 'key'], context);
  });

export type MqttConfig = z.infer<typeof schema>;
