import {
  type Behaviour,
  httpReceiver,
  mqttReceiver,
  natsReceiver,
  type OpenReceiver,
  smtpReceiver,
  syslogReceiver,
} from './scripted-receivers.ts';

export interface ReceiverKind {
  /** Settings for a receiver on this machine. */
  readonly settings: (port: number) => object;
  readonly open: OpenReceiver;
  /** False if its protocol cannot refuse a message. */
  readonly canRefuse: boolean;
  /** Behaviour in which it refuses a canary; default: that in which it refuses a message. */
  readonly canaryMode?: Behaviour;
}

export const receiverSecret = 'only-for-this-test-0123456789abcdef';
const secret = receiverSecret;
const overHttp = (settings: ReceiverKind['settings']): ReceiverKind => ({ settings, open: httpReceiver, canRefuse: true });
const host = '127.0.0.1';
const mailTo = { from: 'a@plant.example', to: ['b@plant.example'] };

/** Receivers by type of notifier; a new notifier needs an entry. */
export const receiverKinds: Readonly<Record<string, ReceiverKind>> = {
  webhook: overHttp((port) => ({ url: `http://127.0.0.1:${port}/alerts`, secret })),
  slack: overHttp((port) => ({ url: `http://127.0.0.1:${port}/${secret}` })),
  teams: overHttp((port) => ({ url: `http://127.0.0.1:${port}/${secret}` })),
  pagerduty: overHttp((port) => ({ url: `http://127.0.0.1:${port}`, routingKey: secret })),
  alertmanager: overHttp((port) => ({ url: `http://127.0.0.1:${port}`, headers: { authorization: secret } })),
  misp: overHttp((port) => ({ url: `http://127.0.0.1:${port}`, key: secret, site: 'North' })),
  syslog: { settings: (port) => ({ host, port, transport: 'tcp' }), open: syslogReceiver, canRefuse: false },
  mail: {
    settings: (port) => ({ host, port, security: 'none', ...mailTo }),
    open: smtpReceiver,
    canRefuse: true,
    canaryMode: 'is busy',
  },
  mqtt: {
    settings: (port) => ({ url: `mqtt://127.0.0.1:${port}`, user: 'scadawatch', password: secret }),
    open: mqttReceiver,
    canRefuse: false,
  },
  nats: {
    settings: (port) => ({ url: `nats://127.0.0.1:${port}`, user: 'scadawatch', password: secret }),
    open: natsReceiver,
    canRefuse: false,
  },
};

/** Notifiers without a receiver. */
export const notifiersToFiles: readonly string[] = ['stix'];
