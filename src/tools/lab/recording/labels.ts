import type { Scenario } from '../../../core/scenario.ts';
import type { Tag } from '../../../core/tag.ts';

/** A scenario in play. */
export interface InPlay {
  readonly scenario: Scenario;
  /** ms UTC of plant time. */
  readonly startedAt: number;
}

type Span = Scenario['truth'][number];

/** Spans of ground truth that contain a time, ms UTC. The end of a span is exclusive. */
export function spansAt(time: number, running: InPlay | undefined): readonly Span[] {
  if (running === undefined) return [];
  const second = (time - running.startedAt) / 1_000;
  return running.scenario.truth.filter(({ fromS, toS }) => second >= fromS && second < toS);
}

/** True if an attack or fault changes a tag directly, or has consequences at its equipment. */
export const isAffected = ({ name, equipment }: Tag, spans: readonly Span[]): boolean =>
  spans.some((span) => span.tags.includes(name) || span.equipment.includes(equipment));
