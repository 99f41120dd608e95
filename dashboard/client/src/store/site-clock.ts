import { createSignal, onCleanup, type Accessor } from 'solid-js';

/** The site's time in the browser: the last time from the server, advanced at the plant's speed. */
export interface SiteClock {
  /** ms UTC, plant time in the lab. NaN before the first message. */
  readonly now: () => number;
  /** `now()` as a signal that changes each second, from which ages and durations are computed. */
  readonly second: Accessor<number>;
  /** Site seconds per second; 0 while a lab is paused. */
  readonly speed: Accessor<number>;
  /** This machine's clock minus the server's, ms. */
  readonly wallOffset: Accessor<number>;
  readonly sync: (time: number, wallTime: number, speed: number) => void;
}

/** Must be called inside a reactive owner; its timer ends with it. */
export function createSiteClock(): SiteClock {
  let base = Number.NaN;
  let at = performance.now();
  const [speed, setSpeed] = createSignal(1);
  const [wallOffset, setWallOffset] = createSignal(0);
  const now = (): number => base + (performance.now() - at) * speed();
  const [second, setSecond] = createSignal(now());
  const timer = setInterval(() => setSecond(now()), 1000);
  onCleanup(() => clearInterval(timer));
  return {
    now,
    second,
    speed,
    wallOffset,
    sync(time, wallTime, pace) {
      const first = Number.isNaN(base);
      base = time;
      at = performance.now();
      setSpeed(pace);
      setWallOffset(Math.round((Date.now() - wallTime) / 1000) * 1000);
      if (first) setSecond(time);
    },
  };
}
