import { createHmac } from 'node:crypto';
import type { lookup } from 'node:dns/promises';
import type { AlertChange } from '../../core/alert.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { AlertDigest, Canary, Notifier } from '../../core/notifier.ts';
import { postJson } from '../../notifier-kit/http.ts';
import { isUrgent } from '../../notifier-kit/receiver.ts';
import { canaryDelivery, changeDelivery, type Delivery, digestDelivery } from '../../notifier-kit/delivery.ts';
import type { WebhookConfig } from './config.ts';

/** Posts signed JSON to one address. */
export class Webhook implements Notifier {
  readonly #config: WebhookConfig;
  readonly #clock: Clock;
  readonly #resolve: typeof lookup | undefined;

  /**
   * @param clock machine's clock: receivers check the age of a signature by the time of day, even if the plant's time differs
   * @param resolve resolves the name of the receiver
   */
  constructor(config: WebhookConfig, clock: Clock = systemClock, resolve?: typeof lookup) {
    this.#config = config;
    this.#clock = clock;
    this.#resolve = resolve;
  }

  async notify(change: AlertChange, signal: AbortSignal): Promise<void> {
    if (this.wants(change)) await this.#post(changeDelivery(change), signal);
  }

  async notifyDigest(digest: AlertDigest, signal: AbortSignal): Promise<void> {
    const latest = digest.latest.filter((change) => this.wants(change));
    if (latest.length > 0) await this.#post(digestDelivery({ ...digest, latest }), signal);
  }

  async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    await this.#post(canaryDelivery(canary), signal);
  }

  wants({ alert }: AlertChange): boolean {
    return isUrgent(alert.priority, this.#config.minimumPriority);
  }

  async #post({ id, body }: Delivery, signal: AbortSignal): Promise<void> {
    const { secret, headers } = this.#config;
    const target = { ...this.#config, type: 'webhook', clock: this.#clock, resolve: this.#resolve };
    const signature = sign(secret, body, this.#clock.now());
    const own = { 'x-scadawatch-delivery': id, 'x-scadawatch-signature': signature };
    await postJson(target, body, { ...headers, ...own }, signal);
  }
}

/**
 * Signature of a body: `t=<unix seconds>,v1=<hex>`, where the hex is the HMAC-SHA-256 (RFC 2104) of `<t>.<body>` with the shared
 * secret. It proves the sender and the time of sending. A receiver computes it again over the raw body, compares in constant time
 * and refuses a message that is older than a few minutes.
 */
function sign(secret: string, body: string, nowMs: number): string {
  const t = Math.floor(nowMs / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
