import type { Fact } from '../../src/core/detector.ts';
import type { Tag } from '../../src/core/tag.ts';
import { type Edges, highSide, lowSide } from './edges.ts';
import type { Variable } from './variables.ts';

/** What goes with one state of the drives, a line for each value that is judged in it; approved or unlearned, not edited. */
export function interlockFacts(variable: Variable, edges: Edges, tagAt: (index: number) => Tag): Fact[] {
  return edges.judged.map((companion) => {
    const tag = tagAt(variable.companions[companion] as number);
    const sides = edges.sides[companion] as number;
    const low = (sides & lowSide) === 0 ? {} : { low: edges.low(companion) };
    const high = (sides & highSide) === 0 ? {} : { high: edges.high(companion) };
    const name = `${variable.counted ? `${edges.state} on` : edges.state}: ${tag.name}`;
    return { channel: variable.key, name, unit: tag.unit, figures: { ...low, ...high }, editable: [] };
  });
}
