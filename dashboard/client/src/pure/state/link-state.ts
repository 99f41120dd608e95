/** State of the link to the server. */
export type LinkState = 'live' | 'slow' | 'reconnecting' | 'stopped';

/** Time without a frame after which the veil covers the picture, ms. Slightly below the required five seconds. */
export const veilAfterMs = 4700;
/** Time without a frame after which the heartbeat is striped, ms. The server sends one each second. */
export const quietAfterMs = 2000;

/**
 * @param quietMs time since the last frame from the server, by this machine's monotonic clock
 * @param lagMs site time minus the newest receive time of any tag; NaN before the first sample
 * @param periodMs slowest poll period, for the limit of the lag
 * @param lateMs delay that the monitor reports about itself
 */
export function linkState(quietMs: number, connected: boolean, lagMs: number, periodMs: number, lateMs = 0): LinkState {
  if (quietMs > veilAfterMs) return 'stopped';
  if (!connected || quietMs > quietAfterMs) return 'reconnecting';
  return lateMs > 0 || lagMs > 2 * periodMs ? 'slow' : 'live';
}

/** Wait before the next attempt, ms: doubles from 0.5 s to 15 s. A random part spreads the attempts of many pages. */
export function retryDelay(attempt: number, random: number): number {
  const full = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random;
}
