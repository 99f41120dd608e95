import { hostname } from 'node:os';
import type { AlertChange } from '../../core/alert.ts';
import type { AlertDigest, Notifier } from '../../core/notifier.ts';
import { eventOf } from '../../siem/index.ts';
import { isUrgent } from '../../notifier-kit/receiver.ts';
import type { SyslogConfig } from './config.ts';
import { messageOf } from './message.ts';
import { send } from './transport.ts';

/** Sends each change of an alert as a syslog message. */
export class Syslog implements Notifier {
  readonly #config: SyslogConfig;

  constructor(config: SyslogConfig) {
    this.#config = config;
  }

  async notify(change: AlertChange, signal: AbortSignal): Promise<void> {
    await this.notifyAll([change], signal);
  }

  async notifyDigest({ latest }: AlertDigest, signal: AbortSignal): Promise<void> {
    await this.notifyAll(latest, signal);
  }

  async notifyAll(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const { facility, format, minimumPriority, hostname: name = hostname(), dashboard } = this.#config;
    const sender = { facility, hostname: name, processId: process.pid };
    const messages = changes
      .filter(({ alert }) => isUrgent(alert.priority, minimumPriority))
      .map((change) => messageOf(eventOf(change, dashboard), format, sender));
    if (messages.length > 0) await send(messages, this.#config, signal);
  }
}
