import type { NotifierPlugin } from '../../core/notifier.ts';
import { type MqttConfig, schema } from './config.ts';
import { Mqtt } from './mqtt.ts';

export const mqtt: NotifierPlugin<MqttConfig> = {
  type: 'mqtt',
  summary: 'Publishes alerts to an MQTT 5 broker, which retains the state of each open alert.',
  schema,
  create: (config) => new Mqtt(config),
};
