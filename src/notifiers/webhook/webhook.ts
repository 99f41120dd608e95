import { createHmac } from 'node:crypto';
import type { lookup } from 'node:dns/promises';
import type { AlertChange } from '../../core/alert.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { AlertDigest, Notifier } from '../../core/notifier.ts';
import { isUrgent, linkLocalAddressOf } from '../../notify/receiver.ts';
import { changeDelivery, type Delivery, digestDelivery } from './body.ts';
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
    if (this.#isUrgent(change)) await this.#post(changeDelivery(change), signal);
  }

  async notifyDigest(digest: AlertDigest, signal: AbortSignal): Promise<void> {
    const latest = digest.latest.filter((change) => this.#isUrgent(change));
    if (latest.length > 0) await this.#post(digestDelivery({ ...digest, latest }), signal);
  }

  #isUrgent({ alert }: AlertChange): boolean {
    return isUrgent(alert.priority, this.#config.minimumPriority);
  }

  async #post({ id, body }: Delivery, signal: AbortSignal): Promise<void> {
    const { url, secret, headers, timeoutMs } = this.#config;
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    try {
      await this.#checkTarget();
      response = await fetch(url, {
        method: 'POST',
        // the configured receiver must not be replaced by a redirect
        redirect: 'manual',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'user-agent': 'scadawatch',
          'x-scadawatch-delivery': id,
          'x-scadawatch-signature': sign(secret, body, this.#clock.now()),
        },
        body,
        signal: AbortSignal.any([signal, timeout]),
      });
      await response.body?.cancel();
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ScadaError) throw cause;
      const reason = timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
      throw this.#failed('retryable', reason, 'see that the receiver runs and that its address is right', undefined, cause);
    }
    const { status } = response;
    if (status >= 200 && status < 300) return;
    if (status === 408 || status === 429 || status >= 500) {
      const after = retryAfterMs(response.headers.get('retry-after'), this.#clock.now());
      throw this.#failed('retryable', `HTTP ${status}`, undefined, after);
    }
    const hint = status < 400 ? 'give the address that it redirects to' : 'see that the receiver takes this body and signature';
    throw this.#failed('fatal', `HTTP ${status}`, hint);
  }

  /** Checks the receiver's address at each attempt, since the owner of the name can change it. */
  async #checkTarget(): Promise<void> {
    if (this.#config.allowLinkLocal) return;
    const address = await linkLocalAddressOf(new URL(this.#config.url).hostname, this.#resolve);
    if (address === undefined) return;
    const hint = 'correct the name or its DNS entry, or set allowLinkLocal: true for this notifier';
    throw this.#failed('fatal', `its name resolves to the link-local address ${address}`, hint);
  }

  /** Error of a failed attempt. It shows only the origin of the address, because path and query may be secret. */
  #failed(kind: 'retryable' | 'fatal', reason: string, hint?: string, after?: number, cause?: unknown): ScadaError {
    return new ScadaError(kind, 'NOTIFY_FAILED', `webhook ${new URL(this.#config.url).origin}: ${reason}`, {
      ...(hint === undefined ? {} : { hint }),
      retryAfterMs: after,
      cause,
    });
  }
}

/** Reason of a failed fetch, which Node puts in the cause. */
function reasonOf(thrown: unknown): string {
  const { message, cause } = thrown as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

/** Seconds or a date (RFC 9110, 10.2.3), as ms from now. */
function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
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
