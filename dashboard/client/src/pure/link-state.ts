/** How much of the picture may be believed. */
export type LinkState = 'live' | 'slow' | 'reconnecting' | 'stopped';

/** No frame for so long: the picture is veiled, ms. A little under the five seconds by which the veil must hang. */
export const veilAfterMs = 4700;
/** No frame for so long: the heartbeat goes on stripes. The server sends one each second. */
export const quietAfterMs = 2000;

/**
 * @param quietMs since the last frame from the server, by this machine's monotonic clock
 * @param lagMs site time minus the newest receive time of any tag; NaN before the first sample
 * @param periodMs slowest poll period that the lag is judged by
 * @param lateMs delay of the monitor itself, as it reports it
 */
export function linkState(quietMs: number, connected: boolean, lagMs: number, periodMs: number, lateMs = 0): LinkState {
  if (quietMs > veilAfterMs) return 'stopped';
  if (!connected || quietMs > quietAfterMs) return 'reconnecting';
  return lateMs > 0 || lagMs > 2 * periodMs ? 'slow' : 'live';
}

/** Wait before the next try, ms: doubles from half a second to fifteen, and a random part keeps many pages from knocking at once. */
export function retryDelay(attempt: number, random: number): number {
  const full = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random;
}
