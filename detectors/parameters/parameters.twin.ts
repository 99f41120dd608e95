import type { Event } from '../../src/core/observation.ts';

/** A sample of the only tag, or an event. */
export type Step = { readonly value: number } | Event;

/** True after each step if the last value of a tag with three decimals is outside of the last reference set, computed from all steps. */
export function differsAfter(tag: string, steps: readonly Step[]): boolean[] {
  return steps.map((_, upTo) => {
    const past = steps.slice(0, upTo + 1);
    const value = past.findLast((step) => 'value' in step)?.value;
    const set = past.findLast((step) => 'type' in step && step.type === 'reference');
    const entry = set !== undefined && 'values' in set ? set.values.find((one) => one.tag === tag) : undefined;
    if (entry === undefined || value === undefined) return false;
    const nearest = Math.min(Math.max(value, entry.low ?? entry.value), entry.high ?? entry.value);
    return Math.abs(value - nearest) > 0.0005;
  });
}
