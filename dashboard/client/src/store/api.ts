import { addressOf } from './base.ts';
import { parseMessage, queryText, type Api, type ErrorBody, type RouteName } from '../../../protocol.ts';

/** An answer that is not 2xx, or none at all (`code` is then `no-link`). */
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

type Questions = { [K in RouteName]: K extends `GET ${string}` ? K : never }[RouteName];
type Acts = Exclude<RouteName, Questions>;

/** Asks the server; lists repeat their key in the query. @throws ApiError */
export async function ask<K extends Questions>(
  route: K,
  query: Api[K]['query'],
  signal?: AbortSignal,
): Promise<Api[K]['answer']> {
  return await call<Api[K]['answer']>(route, { method: 'GET', signal: signal ?? null }, queryText(query));
}

/** Does something on the server. @throws ApiError */
export async function act<K extends Acts>(route: K, body: Api[K]['body']): Promise<Api[K]['answer']> {
  const headers = { 'content-type': 'application/json' };
  return await call<Api[K]['answer']>(route, { method: 'POST', headers, body: JSON.stringify(body) }, '');
}

/** Called when the server says that nobody is signed in any more. */
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
    throw new ApiError('no-link', 'No link to the server');
  }
  if (response.ok) return parseMessage<Answer>(text === '' ? '{}' : text);
  const body = errorBody(text);
  if (response.status === 401 && body?.code === 'unauthenticated') onUnauthenticated();
  throw new ApiError(body?.code ?? 'internal', body?.message ?? `The server answered ${response.status}`, body);
}

function errorBody(text: string): ErrorBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'code' in body ? (body as ErrorBody) : undefined;
  } catch {
    return undefined;
  }
}
