import { hostname } from 'node:os';
import type { AlertChange } from '../../core/alert.ts';
import type { Canary } from '../../core/notifier.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { eventOf } from '../../siem/index.ts';
import type { SyslogConfig } from './config.ts';
import { canaryMessageOf, messageOf, type Sender } from './message.ts';
import { send } from './transport.ts';

/** Sends each change of an alert as a syslog message. */
export class Syslog extends ProgramNotifier<SyslogConfig> {
  protected async send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const { format, dashboard } = this.config;
    const messages = changes.map((change) => messageOf(eventOf(change, dashboard), format, this.#sender));
    await send(messages, this.config, signal);
  }

  async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    await send([canaryMessageOf(canary, this.#sender)], this.config, signal);
  }

  get #sender(): Sender {
    const { facility, hostname: name = hostname() } = this.config;
    return { facility, hostname: name, processId: process.pid };
  }
}
