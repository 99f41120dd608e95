import { approach } from '../../plant-kit/noise.ts';

/** One booster pump of the high zone, plain data. */
export interface BoosterState {
  speed: number;
  current: number;
}

export function initialBoosters(): BoosterState[] {
  return [
    { speed: 0, current: 0 },
    { speed: 0, current: 0 },
  ];
}

/** Curve (0, 52) (25, 42) (42, 26): H = 52 − a·q^b. */
const exponent = Math.log(26 / 10) / Math.log(42 / 25);
const factor = 10 / 25 ** exponent;

/** Steps a booster with a direct drive: full speed in one second, standstill in three. */
export function stepBooster(booster: BoosterState, commanded: boolean, flow: number, dt: number): void {
  booster.speed = approach(booster.speed, commanded ? 1 : 0, dt * (commanded ? 1 : 0.35));
  if (booster.speed < 0.05) {
    booster.current = 0;
    return;
  }
  const head = Math.max(0, 52 - factor * flow ** exponent);
  const off = (flow - 28) / 28;
  const power = Math.max((9.81 * (flow / 1000) * head) / (0.72 - 0.3 * off * off), 6 * booster.speed ** 3);
  booster.current = power / (Math.sqrt(3) * 0.4 * 0.85 * 0.9);
}
