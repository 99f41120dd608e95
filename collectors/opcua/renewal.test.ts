import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Collector } from '../../src/core/collector.ts';
import type { PostureEvent } from '../../src/core/observation.ts';
import { isGood } from '../../src/core/quality.ts';
import { RequestBudget } from '../../src/ingest/polling/budget.ts';
import { Collected, collect, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../test/support/opcua.ts';
import { requirePeer } from '../../test/support/peers.ts';
import { createOpcuaCollector } from './collector.ts';
import { opcua } from './index.ts';
import { Posture } from './posture/posture.ts';
import { openClientPki, readCertificate, trustServer } from './certificates/pki.ts';
import { Renewal } from './renewal.ts';

const dayMs = 86_400_000;
const run = promisify(execFile);
const signal = new AbortController().signal;
const tags = [opcuaTag('CL.AT01'), opcuaTag('CW.LT01')];
let bench: OpcuaBench;
let wall: VirtualClock;
const logged: string[] = [];

beforeEach(async () => {
  bench = await openOpcuaBench();
  wall = new VirtualClock(Date.now());
  logged.length = 0;
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const own = (file: string): string => join(bench.target(tags).dataDir, 'pki', 'own', 'certs', file);

function collector(config: Readonly<Record<string, unknown>> = {}): Collector {
  const { context, server, user } = bench;
  const note = (message: string): void => void logged.push(message);
  const fast = { publishingMs: 100, postureEveryMs: 1_000, maxRequestsPerSecond: 200 };
  const parsed = opcua.schema.parse({ endpoint: server.endpoint, user, ...fast, ...config });
  const logger = { ...context.logger, info: note, warn: note };
  return createOpcuaCollector(parsed, bench.target(tags), { ...context, logger }, wall);
}

const told = (all: Collected, subject: string): PostureEvent[] =>
  all.events.filter((event) => event.type === 'posture').filter((event) => event.subject === subject);

/** Gives the collector a certificate, known to the server, that ends after this number of days of real time. */
async function daysBeforeTheEnd(days: number): Promise<void> {
  const { dataDir } = bench.target(tags);
  await rm(own('certificate.pem'));
  const pki = await openClientPki(dataDir, new VirtualClock(wall.now() - (1_094 - days) * dayMs));
  await pki.manager.dispose();
  await bench.server.trust(pki.current.der);
}

it('creates no successor before it is due', async () => {
  await daysBeforeTheEnd(61);
  await using session = await collector().connect(signal);
  await collect(session, ({ samples }) => samples.length > 0);
  expect(existsSync(own('certificate-next.pem'))).toBe(false);
});

it('keeps the old certificate until the server accepts the new one, and then hands over without losing a value', async () => {
  await daysBeforeTheEnd(59);
  const old = await readFile(own('certificate.pem'), 'utf8');
  const { plant, server } = bench;
  const values: number[] = [];
  let renewed = '';
  await using session = await collector({ sampling: 'change', queueSize: 1_000, publishingMs: 300 }).connect(signal);
  let stage = 'running' as 'running' | 'refused' | 'trusted' | 'over';
  const stop = new AbortController();
  const stepping = (async () => {
    while (!stop.signal.aborted) {
      values.push(values.length + 1);
      plant.set('CL.AT01', values.length);
      plant.step(1);
      server.publish();
      if (stage === 'running') await wall.advance(1_000);
      if (stage === 'trusted') await wall.advance(3_600_000);
      await bench.context.clock.sleep(10);
    }
  })();
  let after = 0;
  const seen = await collect(session, (all) => {
    const warned = told(all, 'own-certificate').some(({ text }) => /our own certificate ends in 5[89] days/.test(text));
    if (stage === 'running' && warned && logged.some((line) => line.includes('renewed certificate is not in use'))) {
      stage = 'refused';
      void (async () => {
        renewed = await readFile(own('certificate-next.pem'), 'utf8');
        await server.trust((await readCertificate(own('certificate-next.pem'))).der);
        stage = 'trusted';
      })();
    }
    const greetings = all.events.filter(({ type }) => type === 'identity').length;
    if (greetings === 2 && stage === 'trusted') stage = 'over';
    if (stage === 'over') after++;
    return after > 6 && told(all, 'own-certificate').some(({ weight }) => weight === 'note');
  });
  stop.abort();
  await stepping;
  const texts = told(seen, 'own-certificate').map(({ text }) => text);
  expect(texts[0]).toContain('has a successor: put');
  expect(texts.at(-1)).toContain('accepts our renewed certificate');
  expect(seen.events.filter(({ type }) => type === 'identity')).toHaveLength(2);

  expect(seen.samples.filter(({ quality }) => !isGood(quality))).toEqual([]);
  const reported = seen.of(0).map(({ value }) => value);
  const last = reported.at(-1) ?? 0;
  const first = reported.find((value) => value > 0) ?? 0;
  const wanted = values.filter((value) => value >= first && value <= last);
  expect([...new Set(reported)].filter((value) => value > 0)).toEqual(wanted);
  expect(reported).toEqual(reported.toSorted((a, b) => a - b));

  expect(await readFile(own('certificate.pem'), 'utf8')).toBe(renewed);
  expect(await readFile(own('certificate-replaced.pem'), 'utf8')).toBe(old);
  expect(existsSync(own('certificate-next.pem'))).toBe(false);
});

it('explains what to do while the server refuses the successor, and keeps the old one over reconnects', async () => {
  await daysBeforeTheEnd(20);
  const own20 = collector();
  for (let i = 0; i < 2; i++) {
    await using session = await own20.connect(signal);
    const seen = await collect(
      session,
      (all) => all.of(0).length > 0 && told(all, 'own-certificate').length >= (i === 0 ? 2 : 0),
    );
    expect(seen.of(0)[0]?.quality).toBe(0);
    if (i > 0) continue;
    for (const event of told(seen, 'own-certificate')) {
      expect(event).toMatchObject({ weight: 'warning', text: expect.stringContaining(own('certificate-next.pem')) as string });
    }
  }
});

it('uses the successor if the old one has expired or the server accepts only the new one', async () => {
  await daysBeforeTheEnd(30);
  const both = collector();
  await using _ = await both.connect(signal);
  const next = await readCertificate(own('certificate-next.pem'));
  await bench.server.trust(next.der);
  await daysBeforeTheEnd(-1);
  await using session = await both.connect(signal);
  await collect(session, ({ samples }) => samples.length > 0);
  expect((await readCertificate(own('certificate.pem'))).thumbprint).toBe(next.thumbprint);
});

it('keeps the key and the name', async () => {
  await daysBeforeTheEnd(10);
  const { dataDir } = bench.target(tags);
  const key = await readFile(join(dataDir, 'pki/own/private/private_key.pem'), 'utf8');
  await using _ = await collector().connect(signal);
  const pki = await openClientPki(dataDir);
  await pki.manager.dispose();
  expect(pki.next?.applicationUri).toBe(pki.current.applicationUri);
  expect(pki.next?.notAfter).toBeGreaterThan(pki.current.notAfter + 900 * dayMs);
  expect(await readFile(pki.keyFile, 'utf8')).toBe(key);
});

it('does not renew a certificate signed by an authority, but reports that it must be renewed', async (test) => {
  const { path } = requirePeer('openssl', test);
  // The library leaves an invalid openssl setting in the environment.
  const surroundings = { cwd: bench.folder, env: { PATH: process.env['PATH'] } };
  const openssl = async (args: string): Promise<unknown> => await run(path, args.split(' '), surroundings);
  const { dataDir, device } = bench.target(tags);
  const key = join(dataDir, 'pki/own/private/private_key.pem');
  await openssl('req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 40');
  await openssl(`req -new -key ${key} -out own.csr -subj /CN=scadawatch`);
  await openssl(`x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -out ${own('certificate.pem')}`);
  const { clock, logger } = bench.context;
  const posture = await Posture.open({ device, dataDir, clock, logger });
  const config = opcua.schema.parse({ endpoint: bench.server.endpoint });
  const budget = new RequestBudget(wall, config.maxRequestsPerSecond);
  const parts = { budget, config, target: { device, dataDir }, context: bench.context, posture, wall };
  await new Renewal(parts).warn();
  expect(existsSync(own('certificate-next.pem'))).toBe(false);
  const { events } = posture.take();
  expect(events).toMatchObject([
    { subject: 'own-certificate', text: expect.stringContaining('have its authority sign') as string },
  ]);
});

it('refuses a new certificate of the server until a person trusts it, and then reports the change', async () => {
  const own1 = collector();
  {
    await using session = await own1.connect(signal);
    await collect(session, (all) => all.samples.length > 0);
  }
  const before = (await readCertificate(join(bench.folder, 'server/own/certs/certificate.pem'))).thumbprint;
  await rename(join(bench.folder, 'server/own/certs/certificate.pem'), join(bench.folder, 'old.pem'));
  await bench.restart();
  const refused = await own1.connect(signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({
    code: 'DEVICE_UNTRUSTED',
    message: expect.stringContaining(`not the one that the server showed before, ${before}`) as string,
    hint: expect.stringContaining('compare its SHA-1 thumbprint') as string,
  });
  await trustServer(bench.target(tags).dataDir, bench.server.certificate);
  await using session = await own1.connect(signal);
  const seen = await collect(session, (all) => told(all, 'certificate').length >= 2);
  expect(seen.event('identity')?.previous?.['certificate']).toBe(before);
  expect(told(seen, 'certificate').map(({ weight }) => weight)).toEqual(['alarming', 'warning']);
});
