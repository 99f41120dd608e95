import { X509Certificate } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createModbusCollector, modbus } from '../../collectors/modbus/index.ts';
import { type ModbusServer, type Rights, startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Logger } from '../../src/core/plugin.ts';
import { roleOf } from '../../src/modbus/role.ts';
import { type KeyPair, TestAuthority } from '../support/certificates.ts';
import { pymodbusClient, pymodbusServer } from '../support/modbus-peers.ts';
import { readOnce } from '../support/modbus-reading.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { findPeer, requirePeer } from '../support/peers.ts';
import { testTag, testTags } from '../support/tags.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';

const tags = [testTag('LEVEL', { table: 'input', register: 0, type: 'float32' })];
const past = { from: '20200101000000Z', until: '20200201000000Z' };

describe('Modbus/TCP Security', () => {
  let authority: TestAuthority | undefined;
  let stranger: TestAuthority | undefined;
  let device: KeyPair;
  let ours: KeyPair;
  let server: ModbusServer | undefined;
  let plant: TinyPlant;

  beforeAll(async () => {
    const openssl = findPeer('openssl');
    if (openssl === undefined) return;
    authority = await TestAuthority.create(openssl);
    stranger = await TestAuthority.create(openssl);
    device = await authority.sign({ name: 'device', names: 'DNS:plc.example,IP:127.0.0.1' });
    ours = await authority.sign({ name: 'monitor', role: 'Monitor' });
  }, 120_000);
  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  });
  afterAll(async () => {
    await authority?.[Symbol.asyncDispose]();
    await stranger?.[Symbol.asyncDispose]();
  });

  const authorities = (test: Parameters<typeof requirePeer>[1]): { own: TestAuthority; other: TestAuthority } => {
    requirePeer('openssl', test);
    if (authority === undefined || stranger === undefined) throw new Error('no authority');
    return { own: authority, other: stranger };
  };

  /** A controller for the monitor alone, unless a role may write. */
  const serve = async (roles: Readonly<Record<string, Rights>>, own: KeyPair, ca: string): Promise<void> => {
    plant = new TinyPlant();
    plant.set('LEVEL', 2.5);
    const files = { ca: await readFile(ca), cert: await readFile(own.cert), key: await readFile(own.key) };
    const options = { plant, controller: 'plc1', unit: 1, transport: { type: 'tls', ...files, roles } } as const;
    const writers = Object.values(roles).includes('write');
    server = await (writers ? startModbusServer(options, testContext()) : startReadModbusServer(options));
  };
  const settings = (port: number, tls: object) => ({ transport: 'tls', host: '127.0.0.1', port, timeoutMs: 3_000, tls });
  const read = (tls: object) => readOnce(settings(server?.port ?? 0, tls), tags);

  it('lets the simulator read our role, and tells it with the identity', async (test) => {
    const { own } = authorities(test);
    await serve({ Monitor: 'read' }, device, own.ca);
    const { identity, values } = await read({ ca: own.ca, ...ours });
    expect(values).toEqual({ LEVEL: 2.5 });
    expect(identity).toMatchObject({ VendorName: 'scadawatch', ClientRole: 'Monitor' });
    expect(identity?.['DeviceCertificate']).toBe(new X509Certificate(await readFile(device.cert)).fingerprint256);
  });

  it('is checked for the name that the configuration gives', async (test) => {
    const { own } = authorities(test);
    await serve({ Monitor: 'read' }, device, own.ca);
    expect((await read({ ca: own.ca, ...ours, serverName: 'plc.example' })).values).toEqual({ LEVEL: 2.5 });
    await expect(read({ ca: own.ca, ...ours, serverName: 'other.example' })).rejects.toMatchObject({
      kind: 'config',
      code: 'DEVICE_UNTRUSTED',
    });
  });

  it.for<[string, string | undefined]>([
    ['of another role', 'Visitor'],
    ['of no role', undefined],
    ['of a role that every object has', 'constructor'],
  ])('refuses everything to a client %s', async ([, role], test) => {
    const { own } = authorities(test);
    await serve({ Monitor: 'read' }, device, own.ca);
    const other = await own.sign({ name: `client-${role}`, ...(role === undefined ? {} : { role }) });
    expect(roleOf(new X509Certificate(await readFile(other.cert)).raw)).toBe(role);
    const { identity, values } = await read({ ca: own.ca, ...other });
    expect(values).toEqual({ LEVEL: 'BadNotSupported' });
    expect(identity?.['ClientRole']).toBe(role ?? 'none');
  });

  it('lets pymodbus write by its role alone', async (test) => {
    const { own } = authorities(test);
    const python = requirePeer('pymodbus', test);
    await serve({ Monitor: 'read', Operator: 'write' }, device, own.ca);
    const operator = await own.sign({ name: 'operator', role: 'Operator' });
    const ask = (pair: KeyPair) => pymodbusClient(python, 'tls', String(server?.port), pair.cert, pair.key, own.ca);
    const reader = await ask(ours);
    expect(reader.get('input')).toEqual([0x4020, 0, 0, 0, 0]);
    expect([...reader].filter(([, answer]) => answer === 1).map(([question]) => question)).toEqual([
      'float',
      'register',
      'coil',
      'coils',
      'mask',
      'exchange',
    ]);
    expect(plant.writes).toEqual([]);
    expect((await ask(operator)).get('holding')).toEqual([0x3e99, 0x999a, 9]);
  });

  it('reads a pymodbus server that demands our certificate', async (test) => {
    const { own } = authorities(test);
    await using peer = await pymodbusServer(requirePeer('pymodbus', test), 'tls', device.cert, device.key, own.ca);
    const float = [testTag('FLOAT', { table: 'holding', register: 0, type: 'float32' })];
    const { identity, values } = await readOnce(settings(peer.port, { ca: own.ca, ...ours }), float);
    expect(values).toEqual({ FLOAT: 2.5 });
    expect(identity).toMatchObject({ VendorName: 'pymodbus', ClientRole: 'Monitor' });
  });

  it('refuses a device that speaks TLS 1.2 alone', async (test) => {
    const { own } = authorities(test);
    const older = createTlsServer({ cert: await readFile(device.cert), key: await readFile(device.key), maxVersion: 'TLSv1.2' });
    await new Promise<void>((resolve) => older.listen(0, '127.0.0.1', resolve));
    const { port } = older.address() as { port: number };
    await expect(readOnce(settings(port, { ca: own.ca, ...ours }), tags)).rejects.toMatchObject({
      kind: 'config',
      code: 'DEVICE_REFUSED',
      message: expect.stringContaining('does not speak TLS 1.3'),
    });
    older.close();
    // pymodbus says nothing of why it hangs up.
    await using peer = await pymodbusServer(requirePeer('pymodbus', test), 'tls', device.cert, device.key, own.ca, 'older');
    await expect(readOnce(settings(peer.port, { ca: own.ca, ...ours }), tags)).rejects.toMatchObject({
      code: 'DEVICE_UNREACHABLE',
      message: expect.stringContaining('during the TLS handshake'),
    });
  });

  it('refuses a device of another authority, one whose certificate has expired, and one that speaks no TLS', async (test) => {
    const { own, other } = authorities(test);
    await serve({ Monitor: 'read' }, await other.sign({ name: 'impostor', names: 'IP:127.0.0.1' }), own.ca);
    await expect(read({ ca: own.ca, ...ours })).rejects.toMatchObject({ kind: 'config', code: 'DEVICE_UNTRUSTED' });
    await server?.[Symbol.asyncDispose]();
    await serve({ Monitor: 'read' }, await own.sign({ name: 'old-device', names: 'IP:127.0.0.1', ...past }), own.ca);
    await expect(read({ ca: own.ca, ...ours })).rejects.toThrow(/expired/);
    const plain = createServer((socket) => socket.end('no TLS here, sorry'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as { port: number };
    await expect(readOnce(settings(port, { ca: own.ca, ...ours }), tags)).rejects.toThrow(/does not speak TLS/);
    plain.close();
  });

  it('says that the device refuses our certificate, or that it has expired', async (test) => {
    const { own, other } = authorities(test);
    await serve({ Monitor: 'read' }, device, own.ca);
    const foreign = await other.sign({ name: 'foreign', role: 'Monitor' });
    // Node, like pymodbus, hangs up; OpenSSL says why.
    await expect(read({ ca: own.ca, ...foreign })).rejects.toMatchObject({
      code: 'DEVICE_REFUSED',
      hint: expect.stringContaining('does not trust our certificate'),
    });
    const strict = ['-tls1_3', '-accept', '127.0.0.1:0', '-CAfile', own.ca, '-Verify', '1', '-verify_return_error'];
    const child = spawn(requirePeer('openssl', test).path, ['s_server', ...strict, '-cert', device.cert, '-key', device.key]);
    try {
      let port = 0;
      for await (const line of createInterface(child.stdout)) {
        port = Number(/^ACCEPT .*:(\d+)$/.exec(line)?.[1] ?? 0);
        if (port > 0) break;
      }
      await expect(readOnce(settings(port, { ca: own.ca, ...foreign }), tags)).rejects.toMatchObject({
        kind: 'config',
        code: 'DEVICE_REFUSED',
        message: expect.stringContaining('refuses our certificate: unknown ca'),
      });
    } finally {
      child.kill('SIGKILL');
    }
    const old = await own.sign({ name: 'old', role: 'Monitor', ...past });
    await expect(read({ ca: own.ca, ...old })).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringMatching(/our certificate .*old\.pem expired/),
    });
  });

  it('opens a key by its passphrase, and says when it does not fit', async (test) => {
    const { own } = authorities(test);
    await serve({ Monitor: 'read' }, device, own.ca);
    const locked = { ca: own.ca, ...(await own.sign({ name: 'locked', role: 'Monitor', passphrase: 'for this test alone' })) };
    expect((await read({ ...locked, keyPassphrase: 'for this test alone' })).values).toEqual({ LEVEL: 2.5 });
    const refused = { kind: 'config', code: 'CONFIG_INVALID', hint: expect.stringContaining('passphrase') };
    await expect(read({ ...locked, keyPassphrase: 'something else' })).rejects.toMatchObject(refused);
    await expect(read(locked)).rejects.toMatchObject(refused);
  });

  it('names the files that do not fit, and nothing of what is in them', async (test) => {
    const { own } = authorities(test);
    await serve({ Monitor: 'read' }, device, own.ca);
    const told: string[] = [];
    const note = (...args: readonly unknown[]): void => void told.push(JSON.stringify(args));
    const logger: Logger = { debug: note, info: note, warn: note, error: note };
    const connect = async (tls: object) => {
      const config = modbus.schema.parse(settings(server?.port ?? 0, tls));
      const target = { device: 'plc1', tags: testTags(tags), dataDir: '', devices: [] };
      return createModbusCollector(config, target, testContext(systemClock, logger), systemClock).connect(
        new AbortController().signal,
      );
    };
    const fail = async (tls: object): Promise<string> => {
      const error = await connect(tls).then(
        () => new Error('it connected'),
        (thrown: Error) => thrown,
      );
      told.push(JSON.stringify(error), String(error.stack), String(error.cause));
      return error.message;
    };
    expect(await fail({ ca: own.ca, cert: ours.cert, key: device.key })).toMatch(
      /monitor\.pem and .*device-key\.pem cannot be used/,
    );
    expect(await fail({ ca: own.ca, cert: ours.cert, key: `${ours.key}.none` })).toMatch(/none cannot be read/);
    expect(await fail({ ca: own.ca, cert: ours.key, key: ours.key })).toMatch(/is not a certificate/);
    await (await connect({ ca: own.ca, ...ours }))[Symbol.asyncDispose]();
    const secret = (await readFile(ours.key, 'utf8')).split('\n')[1] ?? '';
    expect(secret.length).toBeGreaterThan(20);
    expect(told.join('\n')).not.toContain(secret);
    expect(told.join('\n')).not.toContain('PRIVATE KEY');
  });
});
