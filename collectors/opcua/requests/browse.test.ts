import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isGood, Quality } from '../../../src/core/quality.ts';
import { collect, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../../test/support/opcua.ts';
import { PlainBench } from '../../../test/support/plain-bench.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { RequestBudget } from '../../../src/ingest/polling/budget.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { type BrowseBounds, walkTree } from './browse.ts';
import { openClientPki } from '../certificates/pki.ts';
import { openClient } from '../connection/client.ts';
import { opcuaSchema } from '../config.ts';
import { describeNodes } from '../describe.ts';
import { readFacts } from './facts.ts';
import { ServerLimits } from './limits.ts';
import { Link } from '../link/link.ts';
import { PathGlob, stepOf, stepsOf } from './paths.ts';

const signal = new AbortController().signal;

/** A session for browsing a server. */
async function open(settings: Readonly<Record<string, unknown>>, dataDir: string) {
  const config = opcuaSchema.parse(settings);
  const context = testContext();
  const target = { device: 'ua1' };
  const pki = await openClientPki(dataDir);
  const budget = new RequestBudget(systemClock, 1_000);
  const client = await openClient({ budget, config, own: pki.current, pki, target }, signal);
  const link = new Link({ config, target, context, client, budget });
  const limits = new ServerLimits(config);
  limits.state((await readFacts(link, limits.read, signal)).limits);
  return {
    walk: async (options: { readonly glob?: string; readonly bounds?: BrowseBounds } = {}) =>
      await walkTree(link, limits, signal, options),
    browse: async () => {
      const { nodes, incomplete } = await walkTree(link, limits, signal);
      return { nodes: await describeNodes(link, limits, nodes, signal), incomplete };
    },
    [Symbol.asyncDispose]: async () => await client[Symbol.asyncDispose](),
  };
}

describe('a path', () => {
  it('is split into names, also names that contain a slash', () => {
    expect(stepsOf('/2:Area/2:CL.AT01')).toEqual(['2:Area', '2:CL.AT01']);
    const names = ['plain', 'a/b', 'P&ID', 'end&', '&', '//', '&/', '1:x'];
    const path = names.map((name) => `/${stepOf({ namespaceIndex: 3, name })}`).join('');
    expect(stepsOf(path)).toHaveLength(names.length);
  });

  it.each([
    ['/2:A/2:B', '/2:A/2:B', true],
    ['/2:A/2:B', '/2:A/2:C', false],
    ['/2:A/*', '/2:A/7:anything', true],
    ['/2:A/2:*', '/2:A/7:anything', false],
    ['/2:A/*', '/2:A/2:B/2:C', false],
    ['/**/2:C', '/2:C', true],
    ['/**/2:C', '/2:A/2:B/2:C', true],
    ['/2:A/**/2:C', '/2:A/2:C', true],
    ['/2:A/**', '/2:A/2:B/2:C', true],
    ['/2:P?', '/2:P1', true],
    ['/2:P{1,2}', '/2:P2', true],
    ['/2:P[1-3]', '/2:P4', false],
    ['/2:Pump [1]', '/2:Pump [1]', true],
    ['/2:.*', '/2:.hidden', true],
    ['/!2:A', '/2:B', false],
  ])('%s matches %s: %s', (glob, path, fits) => {
    const pattern = new PathGlob(glob);
    let progress = pattern.start;
    for (const step of stepsOf(path)) progress = pattern.next(progress, step);
    expect(pattern.matches(progress)).toBe(fits);
  });
});

describe('a tree', () => {
  let bench: OpcuaBench;
  beforeAll(async () => {
    bench = await openOpcuaBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  it('is browsed with the attributes that the server returns for each node', async () => {
    await using server = await open({ endpoint: bench.server.endpoint, user: bench.user }, bench.target([]).dataDir);
    const { nodes, incomplete } = await server.browse();
    expect(incomplete).toBe('');
    const byPath = new Map(nodes.map((node) => [node.path, node]));
    expect(byPath.get('/1:chlorination')).toMatchObject({ nodeClass: 'object', displayName: 'chlorination' });
    expect(byPath.get('/1:chlorination/1:ANALYSER/1:CL.AT01')).toMatchObject({
      nodeId: 'ns=1;s=CL.AT01',
      nodeClass: 'variable',
      variable: { dataType: 'Double', scalar: true, readable: true, writable: false, unit: 'mg/L', range: { low: 0, high: 5 } },
    });
    expect(byPath.get('/1:chlorination/1:DOSING/1:CL.SP')?.variable).toMatchObject({ writable: true });
    expect(byPath.get('/1:pumping/1:PUMP1/1:PS.P1.RUN')?.variable).toMatchObject({ dataType: 'Boolean', unit: '' });
    expect(nodes.some(({ path }) => path.startsWith('/Server'))).toBe(false);
    const { nodes: matched } = await server.walk({ glob: '/1:pumping/**/*.P1.*' });
    expect(matched.map(({ nodeId }) => nodeId.toString()).toSorted()).toEqual([
      'ns=1;s=PS.P1.CMD',
      'ns=1;s=PS.P1.RUN',
      'ns=1;s=PS.P1.STARTS',
    ]);
  });

  /** Quality of a pattern until the server is browsed. */
  const noMatch = 0x806f0000;

  it('resolves a pattern that matches one node, and names the matches otherwise', async () => {
    const tags = [
      opcuaTag('ONE', { address: { path: '/1:chlorination/*/1:CL.AT*' } }),
      opcuaTag('DEEP', { address: { path: '/**/1:CW.LT01' } }),
      opcuaTag('MANY', { address: { path: '/1:pumping/*/*' } }),
      opcuaTag('NONE', { address: { path: '/1:nowhere/*' } }),
      opcuaTag('PLAIN'),
    ];
    await using session = await bench.collector(tags, { maxRequestsPerSecond: 200 }).connect(signal);
    const seen = await collect(
      session,
      (all) =>
        tags.every((_, tag) => all.of(tag).length > 4 && all.of(tag).at(-1)?.quality !== noMatch) &&
        all.event('poll-failed') !== undefined,
    );
    const last = tags.map((_, tag) => seen.of(tag).at(-1)?.quality);
    expect(last.slice(0, 2).every((quality) => quality !== undefined && isGood(quality))).toBe(true);
    expect(last.slice(2, 4)).toEqual([Quality.BadConfigurationError, Quality.BadNodeIdUnknown]);
    const { message, tags: affected } = seen.event('poll-failed') ?? { message: '', tags: [] };
    expect(affected).toEqual([2, 3, 4]);
    expect(message).toContain('/1:pumping/*/* matches 3 nodes where it must match one: /1:pumping/1:PUMP1/');
  });
});

describe('a difficult server', () => {
  it('returns references in parts, contains itself, and is still browsed completely and once', async (test) => {
    await using bench = await PlainBench.open(test);
    await using server = await bench.server({ nodes: 250, odd: 200_000, references: 3, browse: 7, read: 20, translate: 9 });
    const security = { securityMode: 'None', securityPolicy: 'None' };
    await using opened = await open({ endpoint: server.endpoint, ...security }, bench.dataDir);
    const { nodes, incomplete } = await opened.browse();
    expect(incomplete).toBe('');
    expect(new Set(nodes.map(({ nodeId }) => nodeId)).size).toBe(nodes.length);
    expect(nodes.filter(({ nodeId }) => /^ns=1;s=N\d+$/.test(nodeId))).toHaveLength(250);
    expect(nodes.find(({ browseName }) => browseName === 'HUGE')?.variable).toMatchObject({ scalar: false });
    const few = await opened.walk({ bounds: { nodes: 50, depth: 16 } });
    expect(few).toMatchObject({ incomplete: 'the walk ended at 50 nodes' });
    expect(few.nodes.length).toBeLessThanOrEqual(50);
    const flat = await opened.walk({ bounds: { nodes: 1_000, depth: 1 } });
    expect(flat.incomplete).toContain('depth of 1');
    expect((await opened.walk({ glob: '/1:A?/1:N1?9' })).nodes.map(({ path }) => path).toSorted()).toEqual(
      Array.from({ length: 10 }, (_, i) => `/1:A1/1:N1${i}9`),
    );
  });
});
