import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { permissions, roles } from '../../src/core/access.ts';
import { requirePeer } from '../../test/support/peers.ts';
import { groupOf } from '../protocol.ts';
import { Browser } from '../server/testing/browser.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';
import { routes } from './index.ts';

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<Record<string, { readonly content: object }>>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>>; readonly securitySchemes: object };
}

let bench: Bench;
let document: Document;
let text: string;
beforeAll(async () => {
  bench = await aBench();
  const viewer = await bench.as('viewer');
  const answer = await viewer.call('GET /api/openapi.json', {});
  text = answer.text;
  document = JSON.parse(text) as Document;
});
afterAll(async () => bench[Symbol.asyncDispose]());

it('is for signed-in users of any role', async () => {
  expect((await new Browser(bench.dashboard.address).call('GET /api/openapi.json', {})).status).toBe(401);
  expect(permissions[routes['GET /api/openapi.json'].permission]).toEqual(roles);
});

it('describes every route with its permission, input, answer and errors', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.servers).toEqual([{ url: bench.dashboard.address }]);
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(Object.keys(routes).toSorted());
  for (const [name, { permission, summary }] of Object.entries(routes)) {
    const [method = '', path = ''] = name.split(' ');
    const operation = document.paths[path]?.[method.toLowerCase()];
    expect(operation?.summary, name).toBe(summary);
    expect(operation?.security, name).toEqual(
      permission === 'anybody' ? [] : [{ session: [] }, ...(groupOf(path) === undefined ? [] : [{ token: [] }])],
    );
    if (permission !== 'anybody') expect(operation?.description, name).toContain(permission);
    expect(operation?.requestBody !== undefined, name).toBe(method === 'POST');
    expect(Object.keys(operation?.responses ?? {}), name).toEqual(['200', 'default']);
  }
});

it('has every component that it refers to, and no cookie but the name', () => {
  const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);
  expect(new Set(names)).toEqual(new Set(Object.keys(document.components.schemas)));
  expect(names).toEqual(expect.arrayContaining(['Alert', 'DeviceStatus', 'Error', 'Figure', 'Site', 'Tag']));
  expect(document.components.securitySchemes).toEqual({
    session: { type: 'apiKey', in: 'cookie', name: `scadawatch-${bench.dashboard.port}` },
    token: { type: 'http', scheme: 'bearer', description: expect.any(String) },
  });
});

it('shows numbers of queries as numbers, and figures that may be missing as null', () => {
  const parameters = document.paths['/api/history']?.['get']?.parameters ?? [];
  expect(parameters.find(({ name }) => name === 'from')).toMatchObject({ in: 'query', schema: { type: 'number' } });
  expect(parameters.find(({ name }) => name === 'maxPoints')).toMatchObject({
    schema: { type: 'integer', minimum: 1, maximum: 5000 },
  });
  expect(parameters.find(({ name }) => name === 'tags')).toMatchObject({ schema: { type: 'array', maxItems: 16 } });
  expect(document.components.schemas['Figure']).toMatchObject({ type: ['number', 'null'] });
});

it('is a valid document for an independent validator, and has a version', (test) => {
  const python = requirePeer('openapi-spec-validator', test);
  expect(document.info.version).toMatch(/^\d+\.\d+$/);
  const script = 'import json, sys; from openapi_spec_validator import validate; validate(json.load(sys.stdin))';
  const { status, stderr } = spawnSync(python.path, ['-c', script], { input: text, encoding: 'utf8' });
  expect(status === 0 ? '' : stderr.slice(-2000)).toBe('');
});
