import { clamp } from '../../plant-kit/noise.ts';

/** 110 V battery of 54 cells and its charger, plain data. */
export interface BatteryState {
  /** Charge, Ah. */
  charge: number;
  charger: boolean;
  voltage: number;
  /** Current into the battery, A. */
  current: number;
}

const capacity = 100;
/** Standing load of relays and controllers, A. */
const load = 20;
const chargerLimit = 40;
/** Float voltage. */
const float = 120.5;

export function initialBattery(): BatteryState {
  return { charge: capacity, charger: true, voltage: float, current: 0.2 };
}

/** Voltage of the discharging battery: falls slowly, then steeply below 40 % of its charge. */
function openVoltage(share: number): number {
  return share > 0.4 ? 108 + (share - 0.4) * 18 : 94 + ((share - 0.1) * 14) / 0.3;
}

export function stepBattery(battery: BatteryState, dt: number): void {
  const missing = capacity - battery.charge;
  const charging = battery.charger ? clamp(missing * 0.5, 0.2, chargerLimit - load) : -load;
  battery.current = battery.charge <= 0 && charging < 0 ? 0 : charging;
  battery.charge = clamp(battery.charge + (battery.current * dt) / 3600, 0, capacity);
  const share = battery.charge / capacity;
  const target = battery.charger ? Math.min(float, openVoltage(share) + 4) : Math.max(0, openVoltage(share));
  battery.voltage += (target - battery.voltage) * clamp(dt / 30, 0, 1);
}
