import { isAbort, ScadaError } from '../../src/core/errors.ts';
import type { ErrorBody } from './http.ts';

const status: Readonly<Record<ErrorBody['code'], number>> = {
  unauthenticated: 401,
  credentials: 401,
  forbidden: 403,
  invalid: 400,
  'not-found': 404,
  conflict: 409,
  refused: 409,
  locked: 429,
  'too-many': 429,
  unavailable: 503,
  internal: 500,
};

/** An answer other than 2xx. The page shows all of its text. */
export class ApiError extends Error {
  readonly body: ErrorBody;

  constructor(code: ErrorBody['code'], message: string, more: Omit<ErrorBody, 'code' | 'message'> = {}) {
    super(message);
    this.name = 'ApiError';
    this.body = { code, message, ...more };
  }

  get status(): number {
    return status[this.body.code];
  }
}

/** Converts a refusal of a user's action to an answer with its own message; returns anything else unchanged. */
export function refusal(thrown: unknown): unknown {
  if (!(thrown instanceof ScadaError) || thrown.kind !== 'config') return thrown;
  return new ApiError('refused', thrown.message, thrown.hint === undefined ? {} : { hint: thrown.hint });
}

/** The answer for anything thrown; undefined for errors whose details a page must not see. */
export function toApiError(thrown: unknown): ApiError | undefined {
  if (thrown instanceof ApiError) return thrown;
  if (isAbort(thrown)) return new ApiError('unavailable', 'The request was cancelled or took too long. Try again.');
  if (!(thrown instanceof ScadaError)) return undefined;
  const more = thrown.hint === undefined ? {} : { hint: thrown.hint };
  if (thrown.code === 'LAB_REFUSED') return new ApiError('refused', thrown.message, more);
  if (thrown.kind === 'retryable') return new ApiError('unavailable', thrown.message, more);
  return undefined;
}
