import type { TagLimits } from '../../core/tag.ts';

/** The limit that a moving value reaches next. */
export interface NextLimit {
  readonly side: 'below' | 'above';
  readonly value: number;
}

/** The nearest limit in the direction of a slope that the value has not reached; undefined if there is none. */
export function nextLimit(value: number, slope: number, { low, lowLow, high, highHigh }: TagLimits): NextLimit | undefined {
  const ahead = (slope < 0 ? [low, lowLow] : [high, highHigh]).filter(
    (limit): limit is number => limit !== undefined && (slope < 0 ? value > limit : value < limit),
  );
  if (ahead.length === 0) return undefined;
  return slope < 0 ? { side: 'below', value: Math.max(...ahead) } : { side: 'above', value: Math.min(...ahead) };
}
