import type { DeviceStatus } from '../../../../src/core/monitor.ts';
import { formatNumber } from './format.ts';

/** The load on a device as the table of devices shows it. */
export interface DeviceLoad {
  readonly requestsPerSecond: string;
  readonly bytesPerSecond: string;
  /** Share of the device's request budget, 0–1. */
  readonly used: number;
  readonly usedPercent: string;
  /** What the device was spared: polls left out, periods stretched. */
  readonly eased: string;
}

/** @param health what the device was last said to be; nothing is known before the first time */
export function loadOf(health: DeviceStatus['health']): DeviceLoad {
  const { intervalMs = 0, requests = 0, bytes = 0, budgetUsed = 0, skipped = 0, stretch = 1 } = health ?? {};
  const perSecond = (count: number, decimals: number): string =>
    intervalMs > 0 ? formatNumber((count * 1000) / intervalMs, decimals) : '––';
  const used = Math.min(1, Math.max(0, budgetUsed));
  return {
    requestsPerSecond: perSecond(requests, 1),
    bytesPerSecond: perSecond(bytes, 0),
    used,
    usedPercent: formatNumber(used * 100),
    eased: `${skipped > 0 ? `, ${formatNumber(skipped)} skipped` : ''}${stretch > 1 ? `, slowed ${formatNumber(stretch)}×` : ''}`,
  };
}
