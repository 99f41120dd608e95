import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext, vi } from 'vitest';
import { parse } from 'yaml';
import { ownCertificate, trustServer } from '../../collectors/opcua/certificates/pki.ts';
import { main } from '../../src/main.ts';
import { LibmodbusPeer, pymodbusServer } from '../support/modbus-peers.ts';
import { freePort } from '../support/free-port.ts';
import { compilePeer, Open62541Server } from '../support/open62541.ts';
import { openOpcuaBench } from '../support/opcua.ts';
import { requirePeer } from '../support/peers.ts';

interface Tag {
  readonly address: Readonly<Record<string, unknown>>;
  readonly kind: string;
  readonly area: string;
  readonly equipment: string;
  readonly description: string;
  readonly [key: string]: unknown;
}

describe('a configuration from a device that somebody else made', () => {
  let dir: string;
  let out: string;
  let printed: string[];
  const before = process.env['OPCUA_PASSPHRASE'];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'discovery-'));
    out = join(dir, 'plant.yaml');
    printed = [];
    const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
    vi.spyOn(console, 'log').mockImplementation(print);
    vi.spyOn(console, 'error').mockImplementation(print);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = 0;
    if (before === undefined) delete process.env['OPCUA_PASSPHRASE'];
    else process.env['OPCUA_PASSPHRASE'] = before;
    rmSync(dir, { recursive: true, force: true });
  });

  const data = (): string => join(dir, 'data');
  const folderOf = (device: string): string => join(data(), 'devices', device);
  async function run(...argv: readonly string[]): Promise<string> {
    process.exitCode = 0;
    printed.length = 0;
    await main(['node', 'scadawatch', ...argv, '--data', data()]);
    expect(process.exitCode, printed.join('\n')).toBe(0);
    return printed.join('\n');
  }
  const tags = (): Readonly<Record<string, Tag>> => (parse(readFileSync(out, 'utf8')) as { tags: Record<string, Tag> }).tags;
  async function expectAccepted(): Promise<void> {
    expect(await run('check', out)).toMatch(/ok {3}\S+: (\d+) of \1 tags answer/);
    for (const { description } of Object.values(tags())) expect(description).toMatch(/^guessed /);
  }

  it.for(['tcp', 'rtu-over-tcp'] as const)('by pymodbus (%s)', async (transport, test) => {
    await using server = await pymodbusServer(requirePeer('pymodbus', test), transport);
    const ranges = ['holding:0-9', 'input:0-2', 'coil:0-4', 'discrete:0-2'].flatMap((range) => ['--range', range]);
    const address = `${transport}://127.0.0.1:${server.port}`;
    const options = ['--unit', '1-2', '--rate', '50', '--every', '0', '--samples', '2', '--yes', '--out', out];
    const told = await run('discover', 'modbus', address, ...ranges, ...options);
    expect(told).toContain('FC1 Read Coils; FC2 Read Discrete Inputs; FC3 Read Holding Registers; FC4 Read Input Registers');
    // 0x4020 0x0000 is 2.5, 0xff85 is -123, 0xffff 0xfffe is -2
    expect(tags()['U1.H0']).toMatchObject({ address: { type: 'float32' }, description: 'guessed float32, ABCD, always 2.5' });
    expect(tags()['U1.H2']).toMatchObject({ address: { type: 'int16' }, description: 'guessed int16, always -123' });
    expect(tags()['U2.H0']).toMatchObject({ address: { unit: 2, type: 'float32' }, equipment: 'unit-2' });
    expect(tags()['U1.C1']).toMatchObject({ kind: 'discrete', description: 'guessed state, always 1' });
    expect(Object.keys(tags())).toEqual(expect.arrayContaining(['U1.I0', 'U1.D2', 'U2.I2', 'U2.C4']) as string[]);
    await expectAccepted();
  });

  it('by libmodbus, which refuses what is beyond its tables', async (test) => {
    await using peer = await LibmodbusPeer.compile(requirePeer('libmodbus', test));
    await using server = await peer.serve('tcp', '127.0.0.1');
    const address = `tcp://127.0.0.1:${server.port}`;
    const options = ['--rate', '50', '--every', '0', '--extra', '400', '--yes', '--out', out];
    const told = await run('discover', 'modbus', address, '--range', 'holding:0-119', ...options);
    expect(told).toMatch(/not discovered: unit 1, holding \d+–119: refused with exception 2/);
    expect(Object.keys(tags()).length).toBeGreaterThan(0);
    await expectAccepted();
  });

  const serverOf = async (test: TestContext): Promise<Open62541Server> => {
    const program = await compilePeer(requirePeer('open62541', test), 'server', dir);
    const server = new Open62541Server(program, join(dir, 'open62541'), await freePort());
    await server.trust(await ownCertificate(folderOf('opcua1')));
    await server.start();
    await trustServer(folderOf('opcua1'), await server.certificate());
    process.env['OPCUA_PASSPHRASE'] = server.user.passphrase;
    return server;
  };

  it('by open62541, over a secure channel, with ranges, units, states and places', async (test) => {
    await using server = await serverOf(test);
    const told = await run('discover', 'opcua', server.endpoint, '--user', 'reader', '--rate', '50', '--yes', '--out', out);
    const losses = told.split('\n').filter((line) => line.startsWith('not discovered'));
    expect(losses).toEqual([
      expect.stringMatching(/\/1:FAILED: no value now: BadSensorFailure$/),
      expect.stringMatching(/\/1:NAN: no value now that a tag could have: BadSensorFailure$/),
      expect.stringMatching(/\/1:LIST: an array$/),
    ]);
    const found = tags();
    expect(Object.keys(found).toSorted()).toEqual(
      ['BATCH', 'COUNT', 'DEEP', 'LEVEL', 'RAMP', 'RUN', 'TOTAL']
        .concat(['Flow', 'Run', 'Mode', 'Valve'].flatMap((name) => [`North.P1.${name}`, `South.P1.${name}`]))
        .toSorted(),
    );
    expect(found['North.P1.Flow']).toMatchObject({
      address: { namespaceUri: 'urn:scadawatch:tests:open62541-server', id: 's=North/P1/Flow' },
      kind: 'analog',
      unit: 'm³/h',
      range: [0, 250],
      area: 'Stations',
      equipment: 'North.P1',
      description: 'guessed analog (Double, EURange, m³/h): Flow to the net',
    });
    expect(found['North.P1.Run']).toMatchObject({ kind: 'discrete', states: { 0: 'stopped', 1: 'running' } });
    expect(found['North.P1.Mode']).toMatchObject({ kind: 'discrete', states: { 1: 'hand', 7: 'automatic' } });
    // named by the server's own data type
    expect(found['North.P1.Valve']).toMatchObject({ kind: 'discrete', states: { 0: 'closed', 1: 'open', 2: 'moving' } });
    expect(found['BATCH']?.kind).toBe('text');
    expect(readFileSync(out, 'utf8')).not.toContain(server.user.passphrase);
    await expectAccepted();
  });

  it('by open62541, what a pattern fits alone', async (test) => {
    await using server = await serverOf(test);
    const options = ['--user', 'reader', '--rate', '50', '--glob', '/1:Stations/1:South/**', '--yes', '--out', out];
    await run('discover', 'opcua', server.endpoint, ...options);
    expect(Object.keys(tags()).toSorted()).toEqual(['Flow', 'Mode', 'Run', 'Valve']);
    expect(tags()['Flow']).toMatchObject({ area: 'South', equipment: 'P1', unit: 'm³/h' });
    await expectAccepted();
  });

  it('by our own simulated server', async () => {
    await using bench = await openOpcuaBench();
    await bench.server.trust(await ownCertificate(folderOf('opcua1')));
    await trustServer(folderOf('opcua1'), bench.server.certificate);
    process.env['OPCUA_PASSPHRASE'] = bench.user.passphrase;
    await run('discover', 'opcua', bench.server.endpoint, '--user', bench.user.name, '--rate', '50', '--yes', '--out', out);
    expect(Object.keys(tags())).toHaveLength(6);
    await expectAccepted();
    expect(bench.plant.writes).toEqual([]);
  });
});
