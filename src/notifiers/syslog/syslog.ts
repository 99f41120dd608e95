import { hostname } from 'node:os';
import type { AlertChange } from '../../core/alert.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { eventOf } from '../../siem/index.ts';
import type { SyslogConfig } from './config.ts';
import { messageOf } from './message.ts';
import { send } from './transport.ts';

/** Sends each change of an alert as a syslog message. */
export class Syslog extends ProgramNotifier<SyslogConfig> {
  protected async send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const { facility, format, hostname: name = hostname(), dashboard } = this.config;
    const sender = { facility, hostname: name, processId: process.pid };
    const messages = changes.map((change) => messageOf(eventOf(change, dashboard), format, sender));
    await send(messages, this.config, signal);
  }
}
