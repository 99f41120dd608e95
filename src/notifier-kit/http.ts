import type { lookup } from 'node:dns/promises';
import { type Clock, systemClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import { checkAddress } from './receiver.ts';

/** Receiver of a notifier that posts. */
export interface HttpTarget {
  /** Type of the notifier, for errors. */
  readonly type: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly allowLinkLocal: boolean;
  /** Machine's clock: receivers use the time of day, even if the plant's time differs. */
  readonly clock?: Clock;
  /** Resolves the name of the receiver. */
  readonly resolve?: typeof lookup | undefined;
}

/** Longest answer that is read, bytes. */
const longestAnswer = 4_000_000;

/**
 * Posts JSON. Fails like `getJson`.
 * @param alsoTaken further statuses that are no failure
 * @returns the status
 */
export async function postJson(
  target: HttpTarget,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  alsoTaken: readonly number[] = [],
): Promise<number> {
  const request = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
  const read = async (response: Response): Promise<number> => {
    await response.body?.cancel();
    return response.status;
  };
  return await exchange(target, request, signal, read, (status) => alsoTaken.includes(status));
}

/**
 * Reads JSON. Redirects are not followed, since the configured receiver must not be replaced by another one.
 * @returns the answer, which may have any form
 * @throws ScadaError `retryable` without an answer and for the statuses 408, 429 and 5xx, otherwise `fatal`. It shows only the origin of
 * the address, because path and query may be secret.
 */
export async function getJson(
  target: HttpTarget,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  return await exchange(target, { method: 'GET', headers }, signal, async (response) => {
    if (!response.ok) return await response.body?.cancel();
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      length += part.length;
      if (length > longestAnswer) throw new Error(`the answer exceeds ${longestAnswer} bytes`);
      parts.push(part);
    }
    return JSON.parse(Buffer.concat(parts).toString()) as unknown;
  });
}

/**
 * Sends a request whose refusal can be the answer of a receiver that works. Fails like `getJson`.
 * @param isTaken true for an answer beside status 2xx that is no failure
 */
export async function requestAny(
  target: HttpTarget,
  request: { readonly method: string; readonly body?: string },
  signal: AbortSignal,
  isTaken: (status: number, text: string) => boolean,
): Promise<void> {
  const headers: Record<string, string> = request.body === undefined ? {} : { 'content-type': 'application/json' };
  const read = async (response: Response): Promise<string> => {
    const first = (await response.body?.getReader().read())?.value;
    return Buffer.from(first ?? []).toString();
  };
  await exchange(target, { ...request, headers }, signal, read, isTaken);
}

async function exchange<Answer>(
  target: HttpTarget,
  request: { readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string },
  signal: AbortSignal,
  read: (response: Response) => Promise<Answer>,
  isTaken: (status: number, answer: Answer) => boolean = () => false,
): Promise<Answer> {
  const { url, timeoutMs, clock = systemClock } = target;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let answer: Answer;
  try {
    await checkAddress(nameOf(target), new URL(url).hostname, target.allowLinkLocal, target.resolve);
    response = await fetch(url, {
      ...request,
      redirect: 'manual',
      headers: { ...request.headers, 'user-agent': 'scadawatch' },
      signal: AbortSignal.any([signal, timeout]),
    });
    answer = await read(response);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ScadaError) throw cause;
    const reason = timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
    throw failed(target, 'retryable', reason, { hint: 'see that the receiver runs and that its address is right', cause });
  }
  const { status } = response;
  if ((status >= 200 && status < 300) || isTaken(status, answer)) return answer;
  if (status === 408 || status === 429 || status >= 500)
    throw failed(target, 'retryable', `HTTP ${status}`, {
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), clock.now()),
    });
  const hint =
    status < 400 ? 'give the address that it redirects to' : 'see that the receiver takes this body and its credentials';
  throw failed(target, 'fatal', `HTTP ${status}`, { hint });
}

const nameOf = ({ type, url }: HttpTarget): string => `${type} ${new URL(url).origin}`;

function failed(
  target: HttpTarget,
  kind: 'retryable' | 'fatal',
  reason: string,
  more: ConstructorParameters<typeof ScadaError>[3],
): ScadaError {
  return new ScadaError(kind, 'NOTIFY_FAILED', `${nameOf(target)}: ${reason}`, more);
}

/** Reason of a failed fetch, which Node puts in the cause. */
function reasonOf(thrown: unknown): string {
  const { message, cause } = thrown as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

/** Seconds or a date (RFC 9110, 10.2.3), as ms from now. */
function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
