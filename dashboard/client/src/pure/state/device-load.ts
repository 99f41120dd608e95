import type { DeviceStatus } from '../../../../../src/core/monitor.ts';
import { shared } from '../../text.ts';
import { formatFigure, formatPercent } from '../format.ts';

/** The load on a device as the table of devices shows it. */
export interface DeviceLoad {
  readonly requestsPerSecond: string;
  readonly bytesPerSecond: string;
  /** Share of the device's request budget, 0–1. */
  readonly used: number;
  readonly usedPercent: string;
  /** Skipped polls and stretched periods. */
  readonly eased: string;
}

/** @param health last report about the device; undefined before the first */
export function loadOf(health: DeviceStatus['health']): DeviceLoad {
  const { intervalMs = 0, requests = 0, bytes = 0, budgetUsed = 0, skipped = 0, stretch = 1 } = health ?? {};
  const perSecond = (count: number): string => formatFigure(intervalMs > 0 ? (count * 1000) / intervalMs : Number.NaN);
  const used = Math.min(1, Math.max(0, budgetUsed));
  return {
    requestsPerSecond: perSecond(requests),
    bytesPerSecond: perSecond(bytes),
    used,
    usedPercent: formatPercent(used),
    eased: `${skipped > 0 ? shared.note.skippedPolls(skipped) : ''}${stretch > 1 ? shared.note.stretchedPolls(formatFigure(stretch)) : ''}`,
  };
}
