import { systemClock } from '../../../src/core/clock.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import { Rounds } from '../../../src/core/rounds.ts';

/** Number of keep-alive periods of silence after which the server is queried. */
const silentPeriods = 2.5;

/** Time of a subscription's last answer, by the monotonic clock. `busy` while the monitor itself does not fetch. */
export interface Life {
  answeredAt: number;
  busy: boolean;
}

/** Dependencies of the watchdog. */
export interface Guarded {
  readonly context: Pick<PluginContext, 'clock'>;
  readonly device: string;
  /** Longest time between two answers of the subscription, as revised by the server, ms. */
  readonly keepAliveMs: number;
  readonly life: Readonly<Life>;
  /** Reads the server's time, ms; NaN if it has none. Rejects if it does not answer. */
  readonly serverTime: () => Promise<number>;
}

/**
 * Watchdog of a session that is open but silent. After silence by the local clock it reads the server's time. The subscription is
 * dead only if it is overdue by the server's own clock too. A slow link, or a lab clock at sixty times the speed, therefore
 * raises no false alarm, and a server that does not answer fails by the read's deadline.
 * @throws ScadaError `retryable` DEVICE_TIMEOUT when the subscription is dead
 */
export async function guard({ context, device, keepAliveMs, life, serverTime }: Guarded, signal: AbortSignal): Promise<never> {
  const { clock } = context;
  const silentMs = silentPeriods * keepAliveMs;
  let answeredAt = life.answeredAt;
  let patience = silentMs;
  let firstAnswer = Number.NaN;
  const rounds = new Rounds(systemClock);
  for (;;) {
    await rounds.next(signal);
    if (life.answeredAt !== answeredAt || life.busy) {
      answeredAt = life.busy ? clock.monotonic() : life.answeredAt;
      patience = silentMs;
      firstAnswer = Number.NaN;
    }
    const left = answeredAt + patience - clock.monotonic();
    if (left > 0) {
      await clock.sleep(left, signal);
      continue;
    }
    const answer = await serverTime();
    if (life.answeredAt > answeredAt || life.busy) continue;
    if (Number.isNaN(answer) || answer - firstAnswer > silentMs) {
      throw new ScadaError('retryable', 'DEVICE_TIMEOUT', `${device}: the session is open, but its subscription is silent`, {
        hint: 'if this comes again and again, set `mode: poll` for this server',
      });
    }
    if (Number.isNaN(firstAnswer)) firstAnswer = answer;
    patience *= 2;
  }
}
