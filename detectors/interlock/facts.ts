import type { Tag } from '../../src/core/tag.ts';
import type { Figure, BaselineLine } from '../../src/detector-kit/facts.ts';
import { type Edges, highSide, lowSide } from './edges.ts';
import type { Variable } from './variables.ts';

/** Baseline entries of one state of the drives, one for each value that is judged in it, with its sides and edges. */
export function interlockLines(variable: Variable, edges: Edges, tagAt: (index: number) => Tag): BaselineLine[] {
  return edges.judged.map((companion) => {
    const tag = tagAt(variable.companions[companion] as number);
    const sides = edges.sides[companion] as number;
    const lowIsJudged = (sides & lowSide) !== 0;
    const highIsJudged = (sides & highSide) !== 0;
    const low: Figure = {
      read: () => edges.low(companion),
      write: (_, value) => edges.moveLow(companion, value),
      most: highIsJudged ? undefined : edges.high(companion),
    };
    const high: Figure = {
      read: () => edges.high(companion),
      write: (_, value) => edges.moveHigh(companion, value),
      least: lowIsJudged ? undefined : edges.low(companion),
    };
    const name = `${variable.counted ? `${edges.state} on` : edges.state}: ${tag.name}`;
    return { name, unit: tag.unit, figures: { ...(lowIsJudged ? { low } : {}), ...(highIsJudged ? { high } : {}) } };
  });
}
