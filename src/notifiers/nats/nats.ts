import { readFile } from 'node:fs/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { AlertChange } from '../../core/alert.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Canary } from '../../core/notifier.ts';
import { otherDisks } from '../../data-directory/disk-access.ts';
import { canaryDelivery, changeDelivery, type Delivery } from '../../notifier-kit/delivery.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { checkAddress, readTlsFiles } from '../../notifier-kit/receiver.ts';
import type { NatsConfig } from './config.ts';

/** A message with the last word of its subject. */
interface Message extends Delivery {
  readonly subject: string;
}

/**
 * Publishes alerts to NATS JetStream, one connection for each batch. A message counts as sent when the stream has stored it. Its id is
 * that of the delivery, so that the stream drops a repetition.
 */
export class Nats extends ProgramNotifier<NatsConfig> {
  protected async send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    await this.#publishAll(
      changes.map((change) => ({ subject: change.alert.id, ...changeDelivery(change) })),
      signal,
    );
  }

  async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    await this.#publishAll([{ subject: 'canary', ...canaryDelivery(canary) }], signal);
  }

  /** Publishes by a connection of its own. */
  async #publishAll(messages: readonly Message[], signal: AbortSignal): Promise<void> {
    const { url, allowLinkLocal } = this.config;
    let connection: NatsConnection | undefined;
    const close = (): void => void connection?.close();
    try {
      signal.throwIfAborted();
      await checkAddress(this.#name, new URL(url).hostname, allowLinkLocal);
      connection = await this.#connect();
      signal.addEventListener('abort', close, { once: true });
      await this.#publish(connection, messages, signal);
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ScadaError) throw cause;
      throw new ScadaError('retryable', 'NOTIFY_FAILED', `${this.#name}: ${(cause as Error).message}`, {
        hint: `see that the server runs with JetStream, that a stream takes ${this.config.subject}.> and that certificate and sign-in are right`,
        cause,
      });
    } finally {
      signal.removeEventListener('abort', close);
      await connection?.close();
    }
  }

  async #connect(): Promise<NatsConnection> {
    const { url, user, password, credentials, timeoutMs } = this.config;
    const { protocol, host } = new URL(url);
    // loaded by the thread that sends
    const { connect, credsAuthenticator } = await import('@nats-io/transport-node');
    const files = Object.entries(await readTlsFiles(this.config)).map(([name, file]) => [name, file.toString()]);
    return await connect({
      servers: host,
      name: 'scadawatch',
      reconnect: false,
      timeout: timeoutMs,
      ...(user === undefined || password === undefined ? {} : { user, pass: password }),
      ...(credentials === undefined
        ? {}
        : { authenticator: credsAuthenticator(await otherDisks.run(() => readFile(credentials))) }),
      ...(protocol === 'tls:' ? { tls: Object.fromEntries(files) as Record<string, string> } : {}),
    });
  }

  async #publish(connection: NatsConnection, messages: readonly Message[], signal: AbortSignal): Promise<void> {
    const { subject, timeoutMs } = this.config;
    const { headers } = await import('@nats-io/transport-node');
    const { jetstream } = await import('@nats-io/jetstream');
    const stream = jetstream(connection, { timeout: timeoutMs });
    for (const { subject: last, id, body } of messages) {
      signal.throwIfAborted();
      const properties = headers();
      properties.set('content-type', 'application/json');
      await stream.publish(`${subject}.${last}`, body, { msgID: id, headers: properties, timeout: timeoutMs });
    }
  }

  get #name(): string {
    return `nats ${new URL(this.config.url).host}`;
  }
}
