import { addressOf } from './base.ts';
import type { Api, RouteName } from '../../../api/index.ts';
import { parseMessage, queryText, type ErrorBody } from '../../../protocol.ts';
import { shared } from '../text.ts';

/** A response other than 2xx, or none (`code` is then `no-link`). */
export class ApiError extends Error {
  readonly code: ErrorBody['code'] | 'no-link';
  readonly body: ErrorBody | undefined;

  constructor(code: ErrorBody['code'] | 'no-link', message: string, body?: ErrorBody) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.body = body;
  }
}

type Queries = { [K in RouteName]: K extends `GET ${string}` ? K : never }[RouteName];
type Acts = Exclude<RouteName, Queries>;

/** Sends a query; lists repeat their key in the URL. @throws ApiError */
export async function query<K extends Queries>(
  route: K,
  input: Api[K]['input'],
  signal?: AbortSignal,
): Promise<Api[K]['answer']> {
  return await call<Api[K]['answer']>(route, { method: 'GET', signal: signal ?? null }, queryText(input));
}

/** Executes an action on the server. @throws ApiError */
export async function act<K extends Acts>(route: K, input: Api[K]['input']): Promise<Api[K]['answer']> {
  const headers = { 'content-type': 'application/json' };
  return await call<Api[K]['answer']>(route, { method: 'POST', headers, body: JSON.stringify(input) }, '');
}

/** Called when the server reports that the session has ended. */
let onUnauthenticated: () => void = () => undefined;
export const whenUnauthenticated = (listener: () => void): void => {
  onUnauthenticated = listener;
};

async function call<Answer>(route: RouteName, init: RequestInit, search: string): Promise<Answer> {
  const path = route.slice(route.indexOf(' ') + 1) + search;
  let response: Response;
  let text: string;
  try {
    response = await fetch(addressOf(path), { ...init, credentials: 'same-origin', cache: 'no-store' });
    text = await response.text();
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new ApiError('no-link', shared.sentence.noLink);
  }
  if (response.ok) return parseMessage<Answer>(text === '' ? '{}' : text);
  const body = errorBody(text);
  if (response.status === 401 && body?.code === 'unauthenticated') onUnauthenticated();
  throw new ApiError(body?.code ?? 'internal', body?.message ?? shared.sentence.serverAnswered(response.status), body);
}

/** Message of a failed request with its hint. */
export const failureText = (thrown: unknown): string =>
  thrown instanceof ApiError ? [thrown.message, thrown.body?.hint].flatMap(asSentence).join(' ') : String(thrown);

const asSentence = (text: string | undefined): readonly string[] => (text ? [text.replace(/\.?$/, '.')] : []);

function errorBody(text: string): ErrorBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'code' in body ? (body as ErrorBody) : undefined;
  } catch {
    return undefined;
  }
}
