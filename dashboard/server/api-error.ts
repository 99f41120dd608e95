import { isAbort, ScadaError } from '../../src/core/errors.ts';
import type { ErrorBody } from '../protocol.ts';

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

/** An answer that is not 2xx. All of its text is meant for the page. */
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

/** What the act of a person asked for can not be done: said in the words of what refused it. */
export function refusal(thrown: unknown): unknown {
  if (!(thrown instanceof ScadaError) || thrown.kind !== 'config') return thrown;
  return new ApiError('refused', thrown.message, thrown.hint === undefined ? {} : { hint: thrown.hint });
}

/** What a page is told of anything thrown; undefined for what it must not see the inside of. */
export function toApiError(thrown: unknown): ApiError | undefined {
  if (thrown instanceof ApiError) return thrown;
  if (isAbort(thrown)) return new ApiError('unavailable', 'The answer took too long or was no longer wanted.');
  if (!(thrown instanceof ScadaError)) return undefined;
  const more = thrown.hint === undefined ? {} : { hint: thrown.hint };
  if (thrown.code === 'LAB_REFUSED') return new ApiError('refused', thrown.message, more);
  if (thrown.kind === 'retryable') return new ApiError('unavailable', thrown.message, more);
  return undefined;
}
