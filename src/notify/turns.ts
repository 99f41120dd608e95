/**
 * Gives turns of the event loop, one caller each. One change wakes every notifier: without turns, all of them would work at once, and a
 * poll would wait for the sum.
 */
export function eventLoopTurns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(() => new Promise((resolve) => void setImmediate(resolve))));
}
