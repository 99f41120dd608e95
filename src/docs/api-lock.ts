import { createHash } from 'node:crypto';
import { routes } from '../../dashboard/api/index.ts';
import { openApiDocument } from '../../dashboard/api/openapi.ts';
import type { Route } from '../../dashboard/api/route.ts';
import { apiVersion } from '../../dashboard/protocol.ts';

/** Version of the HTTP API, with a digest of the schema of each route. */
export interface ApiLock {
  readonly version: string;
  readonly routes: Readonly<Record<string, string>>;
}

/** File of the lock. */
export const apiLockFile = 'dashboard/api/routes.lock.json';

/** The lock of some routes; default: those of this version. Texts do not count, since they break no client. */
export function apiLock(of: Readonly<Record<string, Route>> = routes, version: string = apiVersion): ApiLock {
  const { paths = {}, components } = openApiDocument(of, { address: '', cookie: '' });
  const schemas = (components?.schemas ?? {}) as Readonly<Record<string, unknown>>;
  const digests = Object.keys(of).map((name) => {
    const [method = '', path = ''] = name.split(' ');
    const operation = (paths[path] as Readonly<Record<string, object>> | undefined)?.[method.toLowerCase()];
    return [name, digestOf(operation, schemas)] as const;
  });
  return { version, routes: Object.fromEntries(digests.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

export const apiLockText = (lock: ApiLock): string => `${JSON.stringify(lock, undefined, 2)}\n`;

/** Reason why the routes may not have the version that they state; undefined if they may. */
export function lockProblem(before: ApiLock, now: ApiLock): string | undefined {
  const removed = Object.keys(before.routes).filter((name) => now.routes[name] === undefined);
  const changed = Object.keys(now.routes).filter((name) => now.routes[name] !== before.routes[name]);
  const where = 'increase apiVersion in dashboard/protocol.ts';
  if (removed.length > 0 && firstOf(now) <= firstOf(before))
    return `${removed.join(', ')}: removed from the API, ${where}, its first number`;
  if (changed.length > 0 && now.version === before.version)
    return `${changed.join(', ')}: the schema is not that of version ${before.version}, ${where}`;
  return undefined;
}

const firstOf = ({ version }: ApiLock): number => Number(version.split('.')[0]);

/** Digest of an operation and of every schema that it refers to. */
function digestOf(operation: unknown, schemas: Readonly<Record<string, unknown>>): string {
  const used = new Map<string, string>();
  const parts = [plain(operation)];
  for (let text = parts.pop(); text !== undefined; text = parts.pop()) {
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      const schema = plain(schemas[name]);
      used.set(name, schema);
      parts.push(schema);
    }
  }
  const all = [...used].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, schema]) => `${name} ${schema}`);
  return createHash('sha256')
    .update([plain(operation), ...all].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/** JSON with sorted keys and without texts for people. */
function plain(value: unknown): string {
  return JSON.stringify(value, (key, one: unknown) => {
    if (key === 'description' && typeof one === 'string') return undefined;
    if (key === 'summary' && typeof one === 'string') return undefined;
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
