import type { Tag } from '../../src/core/tag.ts';

/** True if a tag can be a stored quantity. A quantity per time or volume, such as L/s or mg/L, cannot. */
export const mayBeLevel = ({ kind, role, unit }: Tag): boolean =>
  kind === 'analog' && role === 'measurement' && !unit.includes('/');

const perTime = /\/(s|sec|min|h|hr|d|day)$|^(lps|lpm|cms|cmh|cfs|gpm|gpd|mgd|k?w|mw)$/i;

/** True if the unit of a tag is per time, or a power. */
export const isFlow = ({ unit }: Tag): boolean => perTime.test(unit.trim());

/**
 * True if a tag can be an inflow or outflow of a level: a flow or a speed. Another level in the same unit cannot, and the level's
 * own unit per time is its rate of change, which adds no information. Valves and levels may both be in %.
 */
export function mayMove({ kind, role, unit }: Tag, level: Tag): boolean {
  if (kind !== 'analog' || role === 'setpoint' || role === 'parameter') return false;
  if (level.unit === '' || unit === '') return true;
  return !unit.startsWith(`${level.unit}/`) && (unit !== level.unit || unit === '%');
}
