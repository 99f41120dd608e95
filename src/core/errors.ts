/** Reaction to an error: the user must act, retry after a back-off, or stop this one instance. */
export type ErrorKind = 'config' | 'retryable' | 'fatal';

/** Every error code with the sentence that the docs show for it. Codes are stable: scripts and tickets refer to them. */
export const errorCodes = {
  CONFIG_UNREADABLE: 'The configuration file cannot be read or is not YAML.',
  CONFIG_INVALID: 'The configuration does not follow its schema.',
  CONFIG_REFERENCE: 'The configuration names something that it does not define.',
  CONFIG_SECRET: 'An environment variable that the configuration uses is not set.',
  INPUT_INVALID: 'A file given on the command line cannot be used as it is.',
  DEVICE_UNREACHABLE: 'A device does not accept a connection.',
  DEVICE_TIMEOUT: 'A device did not answer within its deadline.',
  DEVICE_REFUSED: 'A device answered with a refusal.',
  DEVICE_PROTOCOL: 'A device answered with bytes that break its protocol.',
  DEVICE_UNTRUSTED: 'The certificate of a device is not in the trust list.',
  STORE_UNAVAILABLE: 'The historian does not answer.',
  STORE_REJECTED: 'The historian refuses what it was given.',
  SPOOL_FULL: 'The disk spool has reached its bound.',
  NOTIFY_FAILED: 'A notification was not accepted.',
  DATA_IN_USE: 'Another process runs on the same data directory.',
  STATE_CORRUPT: 'The stored state cannot be read back.',
  STATE_UNAVAILABLE: 'The stored state cannot be read or written at the moment.',
  STATE_FULL: 'Too many acts wait for the stored state to take them.',
  BASELINE_MISMATCH: 'A stored baseline belongs to other tags, another detector or another version.',
  QUEUE_CLOSED: 'A queue was used after it was closed.',
  LAB_REFUSED: 'The lab refuses a request that would leave its limits.',
  INTERNAL: 'A condition that the code holds impossible: please report it.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The one error class. `message` says what happened and where; `hint` what the user can do about it. */
export class ScadaError extends Error {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** Time for which the other side wants no further call, ms. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: ErrorKind,
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ScadaError';
    this.kind = kind;
    this.code = code;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Converts any thrown value to a `ScadaError`. Unknown values count as internal faults. */
export function toScadaError(thrown: unknown): ScadaError {
  if (thrown instanceof ScadaError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ScadaError('fatal', 'INTERNAL', message, { cause: thrown });
}

export function isRetryable(thrown: unknown): boolean {
  return thrown instanceof ScadaError && thrown.kind === 'retryable';
}

/** True for the error of an `AbortSignal`: a requested stop is no error. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TimeoutError');
}
