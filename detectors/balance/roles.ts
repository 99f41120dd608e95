import { type Quantity, quantityOf } from '../../src/core/quantity.ts';
import type { Tag } from '../../src/core/tag.ts';

const moving: ReadonlySet<Quantity> = new Set(['flow', 'speed']);
/** Valve positions. */
const isShare = ({ kind, unit }: Tag): boolean => kind === 'analog' && unit === '%';

/**
 * True if a tag can be a stored quantity. A quantity per time or volume, such as L/s or mg/L, cannot, and neither can a pressure:
 * it follows the flows at once.
 */
export const mayBeLevel = (tag: Tag): boolean =>
  tag.kind === 'analog' && tag.role === 'measurement' && !tag.unit.includes('/') && quantityOf(tag) !== 'pressure';

/** True if the level of a tank, a basin or another store: a balance is expected. */
export const isStored = (tag: Tag): boolean => tag.role === 'measurement' && quantityOf(tag) === 'level';

/** True if the unit of a tag is per time, or a power. */
export const isFlow = (tag: Tag): boolean => quantityOf(tag) === 'flow';

/** True if a tag probably moves what is stored: a flow, a speed, or a valve in %. */
export const moves = (tag: Tag): boolean => moving.has(quantityOf(tag)) || (isShare(tag) && !isStored(tag));

const powerUnit = /^(w|kw|mw)$/i;
const energyUnit = /^(kwh|mwh|kj|mj)$/i;
const velocityUnit = /^(mm|cm|m|ft|in)\/(s|sec|min|h|hr|d|day)$/i;

/**
 * True if a tag can be an inflow or outflow of a level: a flow or a speed. Another level in the same unit cannot, and the level's
 * own unit per time is its rate of change, which adds no information. Valves and levels may both be in %. Into a store of water or
 * of another substance only flows, speeds and valves go: the power of a pump, its vibration in mm/s and the quality of the water do not.
 */
export function mayMove(tag: Tag, level: Tag): boolean {
  const { kind, role, unit } = tag;
  if (kind !== 'analog' || role === 'setpoint' || role === 'parameter') return false;
  if (level.unit === '' || unit === '') return true;
  if (isStored(level) && !energyUnit.test(level.unit) && !movesSubstance(tag)) return false;
  return !unit.startsWith(`${level.unit}/`) && (unit !== level.unit || unit === '%');
}

const movesSubstance = (tag: Tag): boolean => moves(tag) && !powerUnit.test(tag.unit) && !velocityUnit.test(tag.unit);
