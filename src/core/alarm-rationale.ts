/** Rationalisation of an alarm as the alert keeps it, so that a later change of the record does not change history. */
export interface Rationale {
  readonly record: string;
  readonly version: number;
  readonly class: string;
  readonly cause: string;
  readonly consequence: string;
  readonly respondWithinMs: number;
  readonly owner: string;
}
