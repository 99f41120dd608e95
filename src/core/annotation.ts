import type { Actor } from './alert.ts';

/** Bounds of annotations. */
export const annotationLimits = {
  /** Annotations that are kept; the one that was written first is removed for a further one. */
  kept: 5_000,
  /** Annotations of one answer. */
  perAnswer: 500,
  /** Longest text, characters. */
  text: 200,
} as const;

/** A remark of a user at a time of the plant. Every trend that covers the time shows it. */
export interface Annotation {
  readonly id: string;
  /** Time that it refers to, ms UTC. */
  readonly time: number;
  readonly text: string;
  /** Time at which it was written, ms UTC. */
  readonly at: number;
  readonly by: Actor;
}

/** Annotations of a span. */
export interface AnnotationPage {
  /** By the time that they refer to, oldest first; the latest ones if there are more than one answer holds. */
  readonly annotations: readonly Annotation[];
  /** Number of annotations in the span. */
  readonly total: number;
}

/** Annotations of trends. The audit trail records every act. An act takes effect when it is on disk; otherwise it is refused. */
export interface AnnotationControl {
  /** @param from ms UTC, inclusive @param to ms UTC, exclusive */
  during(from: number, to: number): AnnotationPage;
  /** @throws ScadaError INPUT_INVALID for a time in the future, STATE_UNAVAILABLE if it is not stored */
  add(time: number, text: string, by: Actor): Promise<Annotation>;
  /**
   * Removes an annotation; its text stays in the audit trail.
   * @throws ScadaError INPUT_INVALID if it does not exist, STATE_UNAVAILABLE if the removal is not stored
   */
  remove(id: string, by: Actor): Promise<void>;
}
