import { hostname } from 'node:os';
import type { AlertChange } from '../../core/alert.ts';
import type { Canary } from '../../core/notifier.ts';
import { type RecordStream, recordStreams, type SecurityRecord } from '../../core/security-record.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { eventOf } from '../../siem/index.ts';
import type { SyslogConfig } from './config.ts';
import { canaryMessageOf, messageOf, recordMessageOf, type Sender } from './message.ts';
import { send } from './transport.ts';

/** Sends each change of an alert, and each record of the wanted streams, as a syslog message. */
export class Syslog extends ProgramNotifier<SyslogConfig> {
  readonly streams: readonly RecordStream[];

  constructor(config: SyslogConfig) {
    super(config);
    this.streams = recordStreams.filter((stream) => config.send.includes(stream));
  }

  override wants(change: AlertChange): boolean {
    return this.config.send.includes('alerts') && super.wants(change);
  }

  protected async send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const { format, dashboard } = this.config;
    const messages = changes.map((change) => messageOf(eventOf(change, dashboard), format, this.#sender));
    await send(messages, this.config, signal);
  }

  async sendRecords(records: readonly SecurityRecord[], signal: AbortSignal): Promise<void> {
    const { format } = this.config;
    await send(
      records.map((record) => recordMessageOf(record, format, this.#sender)),
      this.config,
      signal,
    );
  }

  async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    await send([canaryMessageOf(canary, this.#sender)], this.config, signal);
  }

  get #sender(): Sender {
    const { facility, hostname: name = hostname() } = this.config;
    return { facility, hostname: name, processId: process.pid };
  }
}
