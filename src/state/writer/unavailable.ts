import { ScadaError } from '../../core/errors.ts';

/** Error of a write that is not on disk. It is repeated. */
export const stateUnavailable = (reason: string, cause?: unknown): ScadaError =>
  new ScadaError('retryable', 'STATE_UNAVAILABLE', reason, {
    cause,
    hint: 'check that the disk of the data directory is not full, read-only or damaged, and that no other program locks state.db',
  });
