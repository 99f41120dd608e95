import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { ownCertificate, trustServer } from '../../../collectors/opcua/certificates/pki.ts';
import { opcua } from '../../../collectors/opcua/index.ts';
import type { Collector } from '../../../src/core/collector.ts';
import { Quality } from '../../../src/core/quality.ts';
import { type Tag, TagTable } from '../../../src/core/tag.ts';
import { DeviceSupervisor } from '../../../src/ingest/supervisor.ts';
import { freePort } from '../../support/free-port.ts';
import { compilePeer, Open62541Server } from '../../support/open62541.ts';
import { Collected, collect, openOpcuaBench, opcuaDevice, opcuaTag } from '../../support/opcua.ts';
import { requirePeer } from '../../support/peers.ts';
import { testContext } from '../../support/tiny-plant.ts';

const context = testContext();
const signal = new AbortController().signal;
let folder: string;
const programs = new Map<string, Promise<string>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scadawatch-open62541-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function program(source: 'server' | 'client', test: TestContext): Promise<string> {
  const compiler = requirePeer('open62541', test);
  const known = programs.get(source) ?? compilePeer(compiler, source, folder);
  programs.set(source, known);
  return await known;
}

const tags: readonly Tag[] = [
  opcuaTag('LEVEL'),
  opcuaTag('RAMP'),
  opcuaTag('FAILED'),
  opcuaTag('RUN', { kind: 'discrete' }),
  opcuaTag('COUNT', { kind: 'counter' }),
  opcuaTag('TOTAL', { kind: 'counter' }),
  opcuaTag('DEEP', { kind: 'counter' }),
  opcuaTag('BATCH', { kind: 'text' }),
  opcuaTag('NAN'),
  opcuaTag('LIST'),
  opcuaTag('TEXT.AS.NUMBER', { address: { node: 'ns=1;s=BATCH' } }),
  opcuaTag('MISSING', { address: { node: 'ns=1;s=NOT.THERE' } }),
  opcuaTag('BY.URI', { address: { namespaceUri: 'urn:scadawatch:tests:open62541-server', id: 's=LEVEL' } }),
  opcuaTag('BY.PATH', { address: { path: '/1:LEVEL' } }),
];
const at = (name: string): number => tags.findIndex((tag) => tag.name === name);

const dataDirOf = (name: string): string => join(folder, `collector-${name}`);

function collector(server: Open62541Server, name: string, config: Readonly<Record<string, unknown>> = {}): Collector {
  const fast = { publishingMs: 100, maxRequestsPerSecond: 200 };
  const parsed = opcua.schema.parse({ endpoint: server.endpoint, user: server.user, ...fast, ...config });
  return opcua.create(parsed, { device: opcuaDevice, tags: new TagTable(tags), dataDir: dataDirOf(name), devices: [] }, context);
}

/** A running server of open62541 and a collector's folder, each on the other's trust list. */
async function openServer(name: string, test: TestContext): Promise<Open62541Server> {
  const server = new Open62541Server(await program('server', test), join(folder, `server-${name}`), await freePort());
  await server.trust(await ownCertificate(dataDirOf(name)));
  await server.start();
  await trustServer(dataDirOf(name), await server.certificate());
  return server;
}

describe.concurrent('our collector and a server by open62541', () => {
  it.for(['subscribe', 'poll'] as const)('reads every type by %s, and keeps qualities and times', async (mode, test) => {
    const startedAt = context.clock.now();
    await using server = await openServer(mode, test);
    await using session = await collector(server, mode, { mode }).connect(signal);
    const seen = await collect(session, (all) => tags.every((_, tag) => all.of(tag).length > 0) && all.of(at('RAMP')).length > 5);
    const last = (name: string) => seen.of(at(name)).at(-1);

    expect(last('LEVEL')).toMatchObject({ value: 3.25, quality: Quality.Good });
    expect(last('RUN')).toMatchObject({ value: 1, quality: Quality.Good });
    expect(last('COUNT')).toMatchObject({ value: 4_000_000_000, quality: Quality.Good });
    expect(last('DEEP')).toMatchObject({ value: -5, quality: Quality.Good });
    expect(last('TOTAL')).toMatchObject({ text: '9007199254740993', quality: Quality.Good });
    expect(last('BATCH')).toMatchObject({ text: 'B-17', quality: Quality.Good });
    expect(last('BY.URI')).toMatchObject({ value: 3.25, quality: Quality.Good });
    expect(last('BY.PATH')).toMatchObject({ value: 3.25, quality: Quality.Good });
    expect(last('FAILED')?.quality).toBe(Quality.BadSensorFailure);
    expect(last('NAN')).toMatchObject({ value: Number.NaN, quality: Quality.BadSensorFailure });
    expect(last('LIST')?.quality).toBe(Quality.BadTypeMismatch);
    expect(last('TEXT.AS.NUMBER')).toMatchObject({ value: Number.NaN, quality: Quality.BadTypeMismatch });
    expect(last('MISSING')?.quality).toBe(Quality.BadNodeIdUnknown);

    const ramp = seen.of(at('RAMP'));
    const values = ramp.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    for (const { sourceTime, receiveTime } of ramp) {
      expect(sourceTime).toBeGreaterThanOrEqual(startedAt);
      expect(sourceTime).toBeLessThanOrEqual(receiveTime);
    }
    expect(seen.event('identity')?.identity['applicationUri']).toBe('urn:scadawatch:tests:open62541-server');
  });

  it.for(['Aes128_Sha256_RsaOaep', 'Basic256Sha256'])('agrees on %s', async (securityPolicy, test) => {
    await using server = await openServer(securityPolicy, test);
    await using session = await collector(server, securityPolicy, { securityPolicy }).connect(signal);
    const seen = await collect(session, (all) => all.of(at('LEVEL')).length > 0);
    expect(seen.of(at('LEVEL'))[0]?.value).toBe(3.25);
  });

  it('is refused with a wrong passphrase, and by a server that does not know us', async (test) => {
    await using server = await openServer('refused', test);
    const wrong = collector(server, 'refused', { user: { name: 'reader', passphrase: 'wrong' } }).connect(signal);
    await expect(wrong).rejects.toMatchObject({ kind: 'config', code: 'DEVICE_REFUSED' });

    await trustServer(dataDirOf('stranger'), await server.certificate());
    await expect(collector(server, 'stranger').connect(signal)).rejects.toMatchObject({
      code: 'DEVICE_REFUSED',
      hint: expect.stringContaining('trust list') as string,
    });
    await expect(collector(server, 'nobody').connect(signal)).rejects.toMatchObject({ kind: 'config', code: 'DEVICE_UNTRUSTED' });
  });

  it.for(['SignAndEncrypt', 'Sign'] as const)(
    'logs in by a user’s certificate (%s), and by no other',
    async (securityMode, test) => {
      const name = `x509-${securityMode}`;
      const server = new Open62541Server(await program('server', test), join(folder, `server-${name}`), await freePort());
      await using _ = server;
      const user = async (who: string) => {
        // each test its own: two that create one at the same time get different keys
        const home = join(folder, `${who}-${securityMode}`);
        const certificate = await ownCertificate(home);
        const own = join(home, 'pki', 'own');
        const files = { certificateFile: join(own, 'certs/certificate.pem'), keyFile: join(own, 'private/private_key.pem') };
        return { certificate, files };
      };
      const alice = await user('alice');
      const mallory = await user('mallory');
      await server.trust(await ownCertificate(dataDirOf(name)));
      await server.trustUser(alice.certificate);
      await server.start();
      await trustServer(dataDirOf(name), await server.certificate());
      {
        await using session = await collector(server, name, { securityMode, user: alice.files }).connect(signal);
        const seen = await collect(session, (all) => all.of(at('LEVEL')).length > 0);
        expect(seen.of(at('LEVEL'))[0]?.value).toBe(3.25);
      }
      await expect(collector(server, name, { securityMode, user: mallory.files }).connect(signal)).rejects.toMatchObject({
        kind: 'config',
        code: 'DEVICE_REFUSED',
        hint: expect.stringContaining('user') as string,
      });
      const mixed = { ...alice.files, keyFile: mallory.files.keyFile };
      await expect(collector(server, name, { user: mixed }).connect(signal)).rejects.toMatchObject({ code: 'CONFIG_REFERENCE' });
    },
  );

  it.for(['Basic256', 'Basic128Rsa15'] as const)(
    'takes %s only where it is acknowledged, and warns',
    async (securityPolicy, test) => {
      const server = new Open62541Server(
        await program('server', test),
        join(folder, `server-${securityPolicy}`),
        await freePort(),
        true,
      );
      await using _ = server;
      await server.trust(await ownCertificate(dataDirOf(securityPolicy)));
      await server.start();
      await trustServer(dataDirOf(securityPolicy), await server.certificate());
      expect(() => collector(server, securityPolicy, { securityPolicy })).toThrow(/allowDeprecated/);
      await using session = await collector(server, securityPolicy, { securityPolicy, allowDeprecated: true }).connect(signal);
      const told = (all: Collected, subject: string) =>
        all.events.find((event) => event.type === 'posture' && event.subject === subject);
      const seen = await collect(session, (all) => all.of(at('LEVEL')).length > 0 && told(all, 'endpoints') !== undefined);
      expect(seen.of(at('LEVEL'))[0]?.value).toBe(3.25);
      expect(told(seen, 'security')).toMatchObject({ weight: 'warning', after: `${securityPolicy} SignAndEncrypt` });
      expect(told(seen, 'endpoints')).toMatchObject({
        weight: 'note',
        after: expect.stringContaining(`the deprecated policy ${securityPolicy}`) as string,
      });
    },
  );

  it('is not trusted when it comes back with another certificate, until a person trusts that', async (test) => {
    await using server = await openServer('changed', test);
    const own = collector(server, 'changed');
    {
      await using session = await own.connect(signal);
      await collect(session, (all) => all.of(at('LEVEL')).length > 0);
    }
    await server.kill();
    for (const file of ['own.der', 'own.key']) await rm(join(folder, 'server-changed', file));
    await server.start();
    await expect(own.connect(signal)).rejects.toMatchObject({ kind: 'config', code: 'DEVICE_UNTRUSTED' });
    await trustServer(dataDirOf('changed'), await server.certificate());
    await using session = await own.connect(signal);
    const seen = await collect(session, (all) => all.of(at('LEVEL')).some(({ quality }) => quality === Quality.Good));
    expect(seen.event('identity')?.previous?.['certificate']).toMatch(/^[0-9a-f]{40}$/);
  });

  it('notices a server that is frozen while its connection stands, and goes on when it thaws', async (test) => {
    await using server = await openServer('frozen', test);
    const own = collector(server, 'frozen');
    {
      await using session = await own.connect(signal);
      const frozen = new Collected();
      const ended = collect(session, (all) => {
        if (frozen.samples.length === 0 && all.of(at('RAMP')).length > 3) {
          server.signal('SIGSTOP');
          frozen.samples.push(...all.samples);
        }
        return false;
      });
      await expect(ended).rejects.toMatchObject({ kind: 'retryable', code: 'DEVICE_TIMEOUT' });
      server.signal('SIGCONT');
    }
    await using session = await own.connect(signal);
    const seen = await collect(session, (all) => all.of(at('RAMP')).some(({ quality }) => quality === Quality.Good));
    expect(seen.of(at('LEVEL')).length).toBeGreaterThan(0);
  });

  it('recovers by its supervisor from a server that is killed and starts again', async (test) => {
    await using server = await openServer('killed', test);
    const seen = new Collected();
    const stop = new AbortController();
    const supervisor = new DeviceSupervisor({
      name: opcuaDevice,
      collector: collector(server, 'killed'),
      tags: tags.map((_, tag) => tag),
      context,
      publish: async (observation) => seen.add(observation),
    });
    const running = supervisor.run(stop.signal);
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await context.clock.sleep(20, signal);
    };
    const states = () => seen.events.flatMap((event) => (event.type === 'device' ? [event.state] : []));
    await until(() => states().includes('up'));
    await until(() => existsSync(join(dataDirOf('killed'), 'posture.json')));
    await server.kill();
    await until(() => states().includes('down'));
    expect(seen.samples.at(-1)?.quality).toBe(Quality.BadNotConnected);
    const before = seen.samples.length;
    await server.start();
    await until(() => states().at(-1) === 'up');
    await until(() => new Set(seen.samples.slice(before).map(({ tag }) => tag)).size === tags.length);
    expect(states().slice(0, 3)).toEqual(['connecting', 'up', 'down']);
    // of all that is compared, the restart alone has changed
    const posture = () => seen.events.flatMap((event) => (event.type === 'posture' ? [event.subject] : []));
    await until(() => posture().length > 0);
    expect(posture()).toEqual(['start-time']);
    stop.abort();
    await running;
  });
});

describe('our simulated server and a client by open62541', () => {
  const run = promisify(execFile);

  /** Runs the client; it ends with code 1 when it could not connect, and says why. */
  const client = async (path: string, args: readonly string[]): Promise<string[]> => {
    const { stdout } = await run(path, [...args]).catch((error: unknown) => error as { stdout: string });
    return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('['));
  };

  it('reads values, qualities and times with either policy, and is refused as anybody else', async (test) => {
    const path = await program('client', test);
    const own = join(folder, 'client-own');
    await mkdir(own, { recursive: true });
    await client(path, ['', own]);
    await using bench = await openOpcuaBench({ writers: true });
    const { plant, server, user } = bench;
    await writeFile(join(own, 'trusted.der'), server.certificate);
    plant.set('CL.AT01', 0.875);
    plant.set('PS.P1.RUN', 1);
    plant.set('PS.P1.STARTS', 4_000_000_000);
    plant.failed[plant.index('CW.LT01')] = 1;
    plant.step(1);
    server.publish();
    const nodes = ['CL.AT01', 'PS.P1.RUN', 'PS.P1.STARTS', 'CW.LT01', 'RW.FT01'];
    const ask = (policy: string, passphrase = user.passphrase) =>
      client(path, [server.endpoint, own, policy, user.name, passphrase, ...nodes]);

    expect((await ask('Basic256Sha256'))[0]).not.toBe('connect Good');
    await server.trust(await readFile(join(own, 'own.der')));
    for (const policy of ['Aes256_Sha256_RsaPss', 'Basic256Sha256']) {
      const [connected, ...lines] = await ask(policy);
      expect(connected).toBe('connect Good');
      expect(lines).toEqual([
        `CL.AT01=0.875 Good ${plant.time} Double`,
        `PS.P1.RUN=true Good ${plant.time} Boolean`,
        `PS.P1.STARTS=4000000000 Good ${plant.time} UInt32`,
        `CW.LT01=0.0 BadSensorFailure ${plant.time} Double`,
        expect.stringMatching(/^RW\.FT01= BadNodeIdUnknown/) as string,
      ]);
    }
    expect(await ask('Aes256_Sha256_RsaPss', 'wrong')).toEqual(['connect BadUserAccessDenied']);
    expect((await ask('Aes128_Sha256_RsaOaep'))[0]).not.toBe('connect Good');
  });
});
