import { ScadaError } from '../../../src/core/errors.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';

/** A subscription is asked after when it was silent for so many keep-alive periods. */
const silentPeriods = 2.5;

/** When a subscription last gave a sign of life, by the monotonic clock. `busy` while it is us who are not fetching. */
export interface Life {
  heardAt: number;
  busy: boolean;
}

/** Dependencies of the watchdog. */
export interface Guarded {
  readonly context: Pick<PluginContext, 'clock'>;
  readonly device: string;
  /** The longest time between two words of the subscription that the server agreed to, ms. */
  readonly keepAliveMs: number;
  readonly life: Readonly<Life>;
  /** Asks the server for its time, ms; NaN if it does not say. Rejects when it does not answer. */
  readonly serverTime: () => Promise<number>;
}

/**
 * The watchdog of a session that is open but silent. Silence by our clock makes it ask the server for its time; only if the
 * server's own clock then shows that the subscription owed us a word is it dead. So a slow link, or a laboratory clock that
 * runs sixty times as fast, raises no false alarm, and a server that does not answer at all fails by the read's deadline.
 * @throws ScadaError `retryable` DEVICE_TIMEOUT when the subscription is dead
 */
export async function guard({ context, device, keepAliveMs, life, serverTime }: Guarded, signal: AbortSignal): Promise<never> {
  const { clock } = context;
  const silentMs = silentPeriods * keepAliveMs;
  let heardAt = life.heardAt;
  let patience = silentMs;
  let firstAnswer = Number.NaN;
  for (;;) {
    if (life.heardAt !== heardAt || life.busy) {
      heardAt = life.busy ? clock.monotonic() : life.heardAt;
      patience = silentMs;
      firstAnswer = Number.NaN;
    }
    const left = heardAt + patience - clock.monotonic();
    if (left > 0) {
      await clock.sleep(left, signal);
      continue;
    }
    const answer = await serverTime();
    if (life.heardAt > heardAt || life.busy) continue;
    if (Number.isNaN(answer) || answer - firstAnswer > silentMs) {
      throw new ScadaError('retryable', 'DEVICE_TIMEOUT', `${device}: the session is open, but its subscription is silent`, {
        hint: 'if this comes again and again, set `mode: poll` for this server',
      });
    }
    if (Number.isNaN(firstAnswer)) firstAnswer = answer;
    patience *= 2;
  }
}
