import { readFile } from 'node:fs/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { type AlertChange, isOpen } from '../../core/alert.ts';
import { ScadaError } from '../../core/errors.ts';
import type { AlertDigest, Notifier } from '../../core/notifier.ts';
import { changeDelivery } from '../../notifier-kit/delivery.ts';
import { isUrgent, linkLocalAddressOf } from '../../notifier-kit/receiver.ts';
import type { MqttConfig } from './config.ts';

/**
 * Publishes alerts to a broker of MQTT 5, one connection for each batch. `TOPIC/alerts/ID` retains the state of each open alert, and
 * `TOPIC/changes` gets every change. A message counts as sent when the broker has confirmed it (quality of service 1).
 */
export class Mqtt implements Notifier {
  readonly #config: MqttConfig;

  constructor(config: MqttConfig) {
    this.#config = config;
  }

  async notify(change: AlertChange, signal: AbortSignal): Promise<void> {
    await this.notifyAll([change], signal);
  }

  async notifyDigest({ latest }: AlertDigest, signal: AbortSignal): Promise<void> {
    await this.notifyAll(latest, signal);
  }

  async notifyAll(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const { minimumPriority, timeoutMs } = this.#config;
    const due = changes.filter(({ alert }) => isUrgent(alert.priority, minimumPriority));
    if (due.length === 0) return;
    const timeout = AbortSignal.timeout(timeoutMs);
    const stop = AbortSignal.any([signal, timeout]);
    let client: MqttClient | undefined;
    try {
      await this.#checkTarget();
      client = await this.#connect();
      await Promise.race([this.#publishAll(client, due), aborted(stop)]);
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ScadaError) throw cause;
      const reason = timeout.aborted ? `no confirmation within ${timeoutMs} ms` : (cause as Error).message;
      throw this.#failed(
        'retryable',
        reason,
        'see that the broker runs, and that its certificate, `user` and `password` are right',
        cause,
      );
    } finally {
      client?.end(true);
    }
  }

  async #connect(): Promise<MqttClient> {
    const { url, user, password, ca, certificate, key, timeoutMs } = this.#config;
    const read = async (file: string | undefined): Promise<Buffer | undefined> =>
      file === undefined ? undefined : await readFile(file);
    const [authority, own, secret] = await Promise.all([ca, certificate, key].map(read));
    return await connectAsync(
      url,
      {
        protocolVersion: 5,
        clientId: '',
        clean: true,
        reconnectPeriod: 0,
        connectTimeout: timeoutMs,
        ...(user === undefined ? {} : { username: user }),
        ...(password === undefined ? {} : { password }),
        ...(authority === undefined ? {} : { ca: authority }),
        ...(own === undefined ? {} : { cert: own }),
        ...(secret === undefined ? {} : { key: secret }),
      },
      false,
    );
  }

  async #publishAll(client: MqttClient, changes: readonly AlertChange[]): Promise<void> {
    const { topic } = this.#config;
    for (const change of changes) {
      const { id, body } = changeDelivery(change);
      const properties = { contentType: 'application/json', userProperties: { delivery: id } };
      await client.publishAsync(`${topic}/changes`, body, { qos: 1, properties });
      // an empty retained message deletes the state of a closed alert
      const isKept = isOpen(change.alert.state);
      const state = `${topic}/alerts/${change.alert.id}`;
      await client.publishAsync(state, isKept ? body : '', { qos: 1, retain: true, ...(isKept ? { properties } : {}) });
    }
  }

  /** Checks the broker's address at each attempt, since the owner of the name can change it. */
  async #checkTarget(): Promise<void> {
    if (this.#config.allowLinkLocal) return;
    const address = await linkLocalAddressOf(new URL(this.#config.url).hostname);
    if (address !== undefined)
      throw this.#failed(
        'fatal',
        `its name resolves to the link-local address ${address}`,
        'set allowLinkLocal: true if that is meant',
      );
  }

  #failed(kind: 'retryable' | 'fatal', reason: string, hint: string, cause?: unknown): ScadaError {
    const { protocol, host } = new URL(this.#config.url);
    return new ScadaError(kind, 'NOTIFY_FAILED', `mqtt ${protocol}//${host}: ${reason}`, { hint, cause });
  }
}

const aborted = async (signal: AbortSignal): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason as Error);
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  return await promise;
};
