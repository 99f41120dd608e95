import type { MqttClient } from 'mqtt';
import { type AlertChange, isOpen } from '../../core/alert.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Canary } from '../../core/notifier.ts';
import { canaryDelivery, changeDelivery } from '../../notifier-kit/delivery.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { checkAddress, readTlsFiles } from '../../notifier-kit/receiver.ts';
import type { MqttConfig } from './config.ts';

/**
 * Publishes alerts to a broker of MQTT 5, one connection for each batch. `TOPIC/alerts/ID` retains the state of each open alert, and
 * `TOPIC/changes` gets every change, `TOPIC/canary` the canaries. A message counts as sent when the broker has confirmed it (quality of service 1).
 */
export class Mqtt extends ProgramNotifier<MqttConfig> {
  protected async send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    await this.#connected((client) => this.#publishAll(client, changes), signal);
  }

  async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    const { id, body } = canaryDelivery(canary);
    const properties = { contentType: 'application/json', userProperties: { delivery: id } };
    await this.#connected(async (client) => {
      await client.publishAsync(`${this.config.topic}/canary`, body, { qos: 1, properties });
    }, signal);
  }

  /** Publishes by a connection of its own. */
  async #connected(publish: (client: MqttClient) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { url, timeoutMs, allowLinkLocal } = this.config;
    const timeout = AbortSignal.timeout(timeoutMs);
    const stop = AbortSignal.any([signal, timeout]);
    let client: MqttClient | undefined;
    try {
      await checkAddress(this.#name, new URL(url).hostname, allowLinkLocal);
      client = await this.#connect();
      await Promise.race([publish(client), aborted(stop)]);
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ScadaError) throw cause;
      const reason = timeout.aborted ? `no confirmation within ${timeoutMs} ms` : (cause as Error).message;
      // a broker that is connected refuses a message by a code (MQTT 5, 2.4), e.g. for its topic or its size
      const isRefused = client?.connected === true && typeof (cause as { readonly code?: unknown }).code === 'number';
      throw new ScadaError(isRefused ? 'fatal' : 'retryable', 'NOTIFY_FAILED', `${this.#name}: ${reason}`, {
        hint: isRefused
          ? 'see that `user` may publish below `topic`, and that the broker takes messages of this size'
          : 'see that the broker runs, and that its certificate, `user` and `password` are right',
        cause,
      });
    } finally {
      client?.end(true);
    }
  }

  async #connect(): Promise<MqttClient> {
    const { url, user, password, timeoutMs } = this.config;
    // loaded by the thread that sends
    const { connectAsync } = await import('mqtt');
    const files = await readTlsFiles(this.config);
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
        ...files,
      },
      false,
    );
  }

  async #publishAll(client: MqttClient, changes: readonly AlertChange[]): Promise<void> {
    const { topic } = this.config;
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

  get #name(): string {
    const { protocol, host } = new URL(this.config.url);
    return `mqtt ${protocol}//${host}`;
  }
}

const aborted = async (signal: AbortSignal): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason as Error);
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  return await promise;
};
