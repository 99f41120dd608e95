import type { NormalBand } from '../../../../../src/core/monitor.ts';
import type { TagLimits } from '../../../../../src/core/tag.ts';

/** Linear scale of a moving analog indicator, with its marks as fractions of the height from below. */
export interface IndicatorScale {
  readonly low: number;
  readonly high: number;
  /** Fraction on the track, clamped to it. */
  readonly at: (value: number) => number;
  /** −1 below the track, 1 above it, 0 on it. */
  readonly off: (value: number) => -1 | 0 | 1;
  readonly band?: { readonly from: number; readonly to: number } | undefined;
  /** Beyond the low limit and beyond the high limit; absent if there is no limit or it is off the track. */
  readonly lowZone?: number | undefined;
  readonly highZone?: number | undefined;
}

/**
 * The normal band fills the middle third, so that a pointer outside of it stands out in a row. Without a band, the limits or
 * the engineering range give the ends.
 */
export function indicatorScale(
  band: NormalBand | undefined,
  limits: TagLimits | undefined,
  range: { readonly low: number; readonly high: number } | undefined,
): IndicatorScale {
  const [low, high] = ends(band, limits, range);
  const fraction = (value: number): number => (value - low) / (high - low);
  const at = (value: number): number => Math.min(1, Math.max(0, fraction(value)));
  const inside = (value: number | undefined): number | undefined => {
    if (value === undefined) return undefined;
    const f = fraction(value);
    return f > 0 && f < 1 ? f : undefined;
  };
  return {
    low,
    high,
    at,
    off: (value) => (fraction(value) < 0 ? -1 : fraction(value) > 1 ? 1 : 0),
    band: band === undefined || !(band.high > band.low) ? undefined : { from: at(band.low), to: at(band.high) },
    lowZone: inside(limits?.low ?? limits?.lowLow),
    highZone: inside(limits?.high ?? limits?.highHigh),
  };
}

function ends(
  band: NormalBand | undefined,
  limits: TagLimits | undefined,
  range: { readonly low: number; readonly high: number } | undefined,
): readonly [number, number] {
  if (band !== undefined && band.high > band.low) {
    const width = band.high - band.low;
    return [band.low - width, band.high + width];
  }
  if (range !== undefined && range.high > range.low) return [range.low, range.high];
  const low = limits?.lowLow ?? limits?.low;
  const high = limits?.highHigh ?? limits?.high;
  if (low !== undefined && high !== undefined && high > low) return [low, high];
  return [0, 1];
}
