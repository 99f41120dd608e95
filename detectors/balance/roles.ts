import type { Tag } from '../../src/core/tag.ts';

/** Whether a tag can tell how much is stored: what is measured per something, as L/s or mg/L, can not. */
export const mayBeLevel = ({ kind, role, unit }: Tag): boolean =>
  kind === 'analog' && role === 'measurement' && !unit.includes('/');

const perTime = /\/(s|sec|min|h|hr|d|day)$|^(lps|lpm|cms|cmh|cfs|gpm|gpd|mgd|k?w|mw)$/i;

/** Whether a tag's unit says that it is something per time, or a power. */
export const isFlow = ({ unit }: Tag): boolean => perTime.test(unit.trim());

/**
 * Whether a tag can be what goes into a level or out of it: a flow, a speed. Another level in the same unit is none, and the level's
 * own unit per time is its rate of change, which tells nothing that it does not. Valves and levels are both in %.
 */
export function mayMove({ kind, role, unit }: Tag, level: Tag): boolean {
  if (kind !== 'analog' || role === 'setpoint' || role === 'parameter') return false;
  if (level.unit === '' || unit === '') return true;
  return !unit.startsWith(`${level.unit}/`) && (unit !== level.unit || unit === '%');
}
