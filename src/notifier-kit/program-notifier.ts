import type { AlertChange, Priority } from '../core/alert.ts';
import type { AlertDigest, Canary, Notifier } from '../core/notifier.ts';
import { isUrgent } from './receiver.ts';

/** A notifier whose receiver is a program: it gets every change of sufficient priority, and never a digest. */
export abstract class ProgramNotifier<Config extends { readonly minimumPriority: Priority }> implements Notifier {
  protected readonly config: Config;

  constructor(config: Config) {
    this.config = config;
  }

  abstract canary(canary: Canary, signal: AbortSignal): Promise<void>;

  /** Sends changes in their order; fails like `notify`. */
  protected abstract send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void>;

  wants({ alert }: AlertChange): boolean {
    return isUrgent(alert.priority, this.config.minimumPriority);
  }

  async notify(change: AlertChange, signal: AbortSignal): Promise<void> {
    await this.notifyAll([change], signal);
  }

  async notifyDigest({ latest }: AlertDigest, signal: AbortSignal): Promise<void> {
    await this.notifyAll(latest, signal);
  }

  async notifyAll(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const due = changes.filter((change) => this.wants(change));
    if (due.length > 0) await this.send(due, signal);
  }
}
