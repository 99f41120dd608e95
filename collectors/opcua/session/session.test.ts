import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScadaError } from '../../../src/core/errors.ts';
import { Quality } from '../../../src/core/quality.ts';
import { collect, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../../test/support/opcua.ts';

let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const signal = new AbortController().signal;
const names = ['CL.AT01', 'CW.LT01', 'PS.P1.RUN', 'PS.P1.STARTS'];
const tags = names.map((name) => opcuaTag(name, { kind: name.endsWith('RUN') ? 'discrete' : 'analog' }));

const failureOf = async (attempt: Promise<unknown>): Promise<ScadaError> => {
  const thrown: unknown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ScadaError)) throw new Error(`expected a ScadaError, got ${String(thrown)}`);
  return thrown;
};

describe.each(['subscribe', 'poll'] as const)('a session by %s', (mode) => {
  it('yields the identity, then every tag with value, quality and both times', async () => {
    const { plant, server } = bench;
    const startedAt = bench.context.clock.now();
    plant.set('CL.AT01', 0.97);
    plant.set('CW.LT01', 3.25);
    plant.set('PS.P1.RUN', 1);
    plant.set('PS.P1.STARTS', 4_000_000_000);
    plant.failed[plant.index('CW.LT01')] = 1;
    plant.step(1);
    server.publish();
    await using session = await bench.collector(tags, { mode }).connect(signal);
    const seen = await collect(session, ({ samples }) => new Set(samples.map(({ tag }) => tag)).size === tags.length);
    plant.failed.fill(0);

    expect(seen.events[0]).toMatchObject({
      type: 'identity',
      device: 'ua1',
      identity: {
        manufacturer: 'scadawatch',
        product: 'Simulated controller',
        securityMode: 'SignAndEncrypt',
        securityPolicy: 'Aes256_Sha256_RsaPss',
        applicationUri: expect.stringMatching(/^urn:/) as string,
        certificate: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      },
    });
    const first = names.map((_, tag) => seen.of(tag)[0]);
    expect(first.map((sample) => sample?.value)).toEqual([0.97, 3.25, 1, 4_000_000_000]);
    expect(first.map((sample) => sample?.quality)).toEqual([Quality.Good, Quality.BadSensorFailure, Quality.Good, Quality.Good]);
    for (const sample of first) {
      expect(sample?.sourceTime).toBe(plant.time);
      expect(sample?.receiveTime).toBeGreaterThanOrEqual(startedAt);
      expect(sample?.receiveTime).toBeLessThanOrEqual(bench.context.clock.now());
    }
    expect(session.stats().requests).toBeGreaterThan(3);
    expect(session.stats().bytes).toBeGreaterThan(1_000);
  });

  it('yields each change once with the time that the server sent', async () => {
    const { plant, server } = bench;
    await using session = await bench.collector(tags.slice(0, 1), { mode }).connect(signal);
    const wanted = [1.1, 1.2, 1.3, 1.4];
    const times: number[] = [];
    const seen = await collect(session, ({ batches, samples }) => {
      if (wanted.every((value) => samples.some((sample) => sample.value === value))) return true;
      const next = wanted[times.length];
      const arrived = times.length === 0 || samples.some((sample) => sample.value === wanted[times.length - 1]);
      if (batches.length > 0 && arrived && next !== undefined) {
        plant.set('CL.AT01', next);
        plant.step(1);
        times.push(plant.time);
        server.publish();
      }
      return false;
    });
    const firstOf = wanted.map((value) => seen.samples.find((sample) => sample.value === value)?.sourceTime);
    expect(firstOf).toEqual(times);
  });

  it('continues to sample a constant value, with increasing time', async () => {
    await using session = await bench.collector(tags, { mode }).connect(signal);
    const seen = await collect(session, (all) => tags.every((_, tag) => all.of(tag).length >= 5));
    for (let tag = 0; tag < tags.length; tag++) {
      const own = seen.of(tag);
      expect(new Set(own.map(({ value }) => value)).size).toBe(1);
      expect(own.every(({ quality }) => quality === Quality.Good)).toBe(true);
      const source = own.map(({ sourceTime }) => sourceTime);
      expect(source).toEqual(source.toSorted((a, b) => a - b));
      expect(new Set(source).size).toBe(source.length);
    }
  });

  it('is not affected by other tags with bad addresses', async () => {
    const mixed = [
      opcuaTag('GOOD', { address: { node: 'ns=1;s=CL.AT01' } }),
      opcuaTag('GONE', { address: { node: 'ns=1;s=NO.SUCH.NODE' } }),
      opcuaTag('NOWHERE', { address: { namespaceUri: 'urn:nobody', id: 's=X' } }),
      opcuaTag('LOST', { address: { path: '/1:chlorination/1:NOTHING' } }),
      opcuaTag('ALSO', { address: { path: '/1:clearwell/1:TANK/1:CW.LT01' } }),
    ];
    await using session = await bench.collector(mixed, { mode }).connect(signal);
    const seen = await collect(session, (all) => mixed.every((_, tag) => all.of(tag).length >= 2));
    const qualities = mixed.map((_, tag) => seen.of(tag).at(-1)?.quality);
    expect(qualities).toEqual([Quality.Good, Quality.BadNodeIdUnknown, Quality.BadNodeIdUnknown, 0x806f0000, Quality.Good]);
    if (mode === 'subscribe') expect(seen.event('poll-failed')).toMatchObject({ code: 'BadNodeIdUnknown', tags: [1, 2, 3] });
  });

  it('ends when the server stops, and a new session yields everything again after the restart', async () => {
    const collector = bench.collector(tags, { mode });
    {
      await using session = await collector.connect(signal);
      let restarted: Promise<void> | undefined;
      const ended = collect(session, ({ samples }) => {
        if (samples.length > 4) restarted ??= bench.restart();
        return false;
      });
      const error = await failureOf(ended);
      expect(error.kind).toBe('retryable');
      await restarted;
    }
    bench.plant.set('CL.AT01', mode === 'poll' ? 2.5 : 2.25);
    bench.plant.step(1);
    bench.server.publish();
    await using session = await collector.connect(signal);
    const seen = await collect(session, (all) =>
      tags.every((_, tag) => all.of(tag).some(({ quality }) => quality === Quality.Good)),
    );
    expect(seen.of(0).at(-1)?.value).toBe(bench.plant.get('CL.AT01'));
  });

  it('stops at once when it is disposed, twice or while it runs', async () => {
    const session = await bench.collector(tags, { mode }).connect(signal);
    const seen = collect(session, () => false);
    await bench.context.clock.sleep(50);
    await Promise.all([session[Symbol.asyncDispose](), session[Symbol.asyncDispose]()]);
    expect((await seen).events[0]?.type).toBe('identity');
    await session[Symbol.asyncDispose]();
  });
});

it('reports that a queue in the server overflowed, if it is too short for the changes', async () => {
  const { plant, server } = bench;
  const config = { sampling: 'change', queueSize: 2, publishingMs: 300 };
  await using session = await bench.collector([opcuaTag('CW.LT01')], config).connect(signal);
  let pushed = false;
  const seen = await collect(session, ({ events, samples }) => {
    if (!pushed && samples.length > 0) {
      pushed = true;
      for (let i = 0; i < 10; i++) {
        plant.set('CW.LT01', 50 + i);
        plant.step(1);
        server.publish();
      }
    }
    return events.some(({ type }) => type === 'dropped');
  });
  expect(seen.event('dropped')).toMatchObject({ queue: 'ua1: queues in the server', count: 1 });
  expect(seen.samples.some(({ quality }) => (quality & 0x480) === 0x480)).toBe(true);
  expect(seen.samples.at(-1)?.value).toBe(59);
});

describe('requirements on the server', () => {
  it('refuses an untrusted server, and names the location of its certificate and the action', async () => {
    const { folder } = bench;
    const strange = { ...bench.target(tags), dataDir: join(folder, 'stranger') };
    const { opcua } = await import('../index.ts');
    const config = opcua.schema.parse({ endpoint: bench.server.endpoint, user: bench.user });
    const collector = opcua.create(config, strange, bench.context);
    const error = await failureOf(collector.connect(signal));
    expect(error).toMatchObject({ kind: 'config', code: 'DEVICE_UNTRUSTED' });
    const [, from = '', to = ''] = /mv '([^']+)' '([^']+)'/.exec(error.hint ?? '') ?? [];
    expect(error.message).toContain(from);
    expect(existsSync(from)).toBe(true);
    // a second attempt changes nothing: only a person adds trust
    expect(await failureOf(collector.connect(signal))).toMatchObject({ code: 'DEVICE_UNTRUSTED', hint: error.hint });

    await rename(from, join(to, 'server.pem'));
    const next = await failureOf(collector.connect(signal));
    expect(next).toMatchObject({ kind: 'retryable', code: 'DEVICE_REFUSED' });
    expect(next.hint).toContain('put');
  });

  it.each([
    ['a wrong passphrase', { user: { name: 'reader', passphrase: 'not-this-one' } }],
    ['an unknown user', { user: { name: 'nobody', passphrase: 'not-this-one' } }],
    ['nobody', { user: undefined }],
    ['no security', { securityMode: 'None', securityPolicy: 'None' }],
    ['signing alone', { securityMode: 'Sign' }],
  ])('refuses %s', async (_, config) => {
    const error = await failureOf(bench.collector(tags, config).connect(signal));
    expect(error).toMatchObject({ kind: 'config', code: 'DEVICE_REFUSED' });
    expect(`${error.message}${error.hint}`).not.toContain('not-this-one');
  });

  it('accepts the named policy', async () => {
    await using session = await bench.collector(tags, { securityPolicy: 'Basic256Sha256' }).connect(signal);
    const seen = await collect(session, ({ samples }) => samples.length > 0);
    expect(seen.event('identity')?.identity['securityPolicy']).toBe('Basic256Sha256');
  });

  it('reports a closed port as unreachable and retryable', async () => {
    const error = await failureOf(bench.collector(tags, { endpoint: 'opc.tcp://127.0.0.1:1' }).connect(signal));
    expect(error).toMatchObject({ kind: 'retryable', code: 'DEVICE_UNREACHABLE' });
  });

  it('abandons an attempt when the signal aborts', async () => {
    const stop = new AbortController();
    const attempt = bench.collector(tags).connect(stop.signal);
    stop.abort();
    await expect(attempt).rejects.toThrow(/abort/i);
  });
});

describe('configuration', () => {
  it('is strict, with safe defaults', async () => {
    const { opcua } = await import('../index.ts');
    expect(opcua.schema.parse({ endpoint: 'opc.tcp://plc:4840' })).toMatchObject({
      securityMode: 'SignAndEncrypt',
      securityPolicy: 'Aes256_Sha256_RsaPss',
      mode: 'subscribe',
    });
    const wrong = [
      { endpoint: 'http://plc' },
      { endpoint: 'opc.tcp://plc', securitymode: 'None' },
      { endpoint: 'opc.tcp://plc', securityMode: 'None' },
      { endpoint: 'opc.tcp://plc', securityPolicy: 'Basic256' },
    ];
    for (const config of wrong) expect(opcua.schema.safeParse(config).success).toBe(false);
  });

  it('accepts the three forms of an address, and no others', async () => {
    const { opcua } = await import('../index.ts');
    const right = [{ node: 'ns=2;s=CL.AT01' }, { node: 'i=2258' }, { namespaceUri: 'urn:x', id: 's=A' }, { path: '/2:A/2:B' }];
    for (const address of right) expect(opcua.addressSchema.safeParse(address).success).toBe(true);
    const wrong = [
      {},
      { node: 'CL.AT01' },
      { node: 'i=1', path: '/a' },
      { node: 'ns=2;i=x' },
      { path: 'a/b' },
      { namespaceUri: 'urn:x' },
    ];
    for (const address of wrong) expect(opcua.addressSchema.safeParse(address).success).toBe(false);
  });
});
