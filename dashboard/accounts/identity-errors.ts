import { ApiError } from '../protocol/api-error.ts';
import type { IdentityConfig } from './identity-config.ts';

/** Codes of openid-client for a token whose times do not fit this machine's clock. */
const timeCodes = ['OAUTH_JWT_TIMESTAMP_CHECK_FAILED'];
const unreachable = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];

export const staleSignIn = (): ApiError =>
  new ApiError('refused', 'This sign-in is over, or began in another browser.', { hint: 'Sign in again.' });

/**
 * The answer for a failure of openid-client. It states the kind of the failure only: messages may contain codes and tokens.
 */
export function identityFailure(thrown: unknown, { issuer }: Pick<IdentityConfig, 'issuer'>): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const codes = codesOf(thrown);
  const local = 'Sign in with a local account, or ask an administrator.';
  if (codes.some((code) => timeCodes.includes(code)))
    return new ApiError('refused', `The clocks of this server and of ${issuer} differ too much.`, {
      hint: 'Correct the clock, or set dashboard.identity.clockSkew.',
    });
  if (codes.includes('access_denied')) return new ApiError('refused', `${issuer} has refused the sign-in.`, { hint: local });
  if (codes.includes('invalid_client'))
    return new ApiError('unavailable', `${issuer} does not accept the client of scadawatch.`, {
      hint: 'Check dashboard.identity.clientId and clientSecret.',
    });
  if (isUnreachable(thrown, codes))
    return new ApiError('unavailable', `The identity provider ${issuer} does not answer.`, { hint: local });
  const code = codes.find((one) => /^[\w.-]{1,60}$/.test(one)) ?? 'unknown';
  return new ApiError('refused', `The answer of ${issuer} is not valid (${code}).`, { hint: 'Sign in again.' });
}

function isUnreachable(thrown: unknown, codes: readonly string[]): boolean {
  if (codes.some((code) => unreachable.includes(code) || code.startsWith('UND_ERR') || code === 'OAUTH_TIMEOUT')) return true;
  if (thrown instanceof TypeError && thrown.message === 'fetch failed') return true;
  return thrown instanceof Error && thrown.name === 'TimeoutError';
}

/** Codes of an error and of its causes; `error` is that of an answer by RFC 6749. */
function codesOf(thrown: unknown): readonly string[] {
  const codes: string[] = [];
  for (let at: unknown = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, error } = at as { readonly code?: unknown; readonly error?: unknown };
    for (const one of [error, code]) if (typeof one === 'string') codes.push(one);
  }
  return codes;
}
