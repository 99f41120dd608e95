import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttributeIds,
  DataType,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  StatusCodes,
  UserTokenType,
} from 'node-opcua-client';
import { describe, expect, it, vi } from 'vitest';
import { AddressBook } from '../../../collectors/capture/ends.ts';
import { CaptureReader } from '../../../collectors/capture/file/reader.ts';
import { streamProtocols } from '../../../collectors/capture/protocols.ts';
import { Tap } from '../../../collectors/capture/tap.ts';
import { ownCertificate, trustServer } from '../../../collectors/opcua/certificates/pki.ts';
import { opcua } from '../../../collectors/opcua/index.ts';
import type { OpcuaWrite } from '../../../simulators/servers/opcua/index.ts';
import { startTap } from '../../../simulators/servers/tap/index.ts';
import { TagTable } from '../../../src/core/tag.ts';
import type { WireEvent } from '../../../src/core/wire.ts';
import { freePort } from '../../support/free-port.ts';
import { compilePeer, Open62541Server } from '../../support/open62541.ts';
import { collect, openOpcuaBench, opcuaDevice, opcuaTag } from '../../support/opcua.ts';
import { requirePeer } from '../../support/peers.ts';
import { testContext } from '../../support/tiny-plant.ts';

const setpoint = 'ns=1;s=CL.SP';
const tags = [opcuaTag('CL.AT01'), opcuaTag('CL.SP')];

const context = testContext();

/** What a tap before a server of this process tells, from now on. */
async function overhear(server: {
  readonly port: number;
  readonly endpoint: string;
}): Promise<AsyncDisposable & { readonly events: WireEvent[] }> {
  const events: WireEvent[] = [];
  const devices = [{ name: opcuaDevice, type: 'opcua', config: { endpoint: server.endpoint } }];
  const tap = new Tap(
    {
      tap: 'mirror',
      periodMs: 0,
      protocols: streamProtocols(new TagTable(tags), devices),
      book: new AddressBook(devices, {}),
      mostConnections: 100,
    },
    (event) => events.push(event),
  );
  const mirror = await startTap({ host: '127.0.0.1', port: 0, mirrored: [server.port] }, context);
  const socket = connect(mirror.port, '127.0.0.1');
  const reader = new CaptureReader('mirror', 'retryable');
  const listening = once(socket, 'data');
  socket.on('data', (bytes: Buffer) => {
    reader.push(bytes);
    for (let record = reader.next(); record !== undefined; record = reader.next()) tap.packet(record, record.time);
  });
  await listening;
  return {
    events,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await mirror[Symbol.asyncDispose]();
    },
  };
}

const only = <T extends WireEvent['type']>(events: readonly WireEvent[], type: T): Extract<WireEvent, { type: T }>[] =>
  events.filter((event): event is Extract<WireEvent, { type: T }> => event.type === type);
const operations = (events: readonly WireEvent[]): Set<string> =>
  new Set(only(events, 'wire-traffic').map(({ operation }) => operation));
/** Bytes that break the protocol or fit nothing: there are none between two right ends. */
const wrong = (events: readonly WireEvent[]): WireEvent[] =>
  only(events, 'wire-fault').filter(({ fault }) => fault !== 'exception');

describe('a client and a server by node-opcua, overheard', () => {
  it('without security: what is written where, from what to what, as the server itself says', async () => {
    const truth: OpcuaWrite[] = [];
    await using bench = await openOpcuaBench({ writers: true, weak: true, onWrite: (write) => truth.push(write) });
    await using wire = await overhear(bench.server);
    const client = OPCUAClient.create({
      securityMode: MessageSecurityMode.None,
      securityPolicy: SecurityPolicy.None,
      endpointMustExist: false,
      connectionStrategy: { maxRetry: 0 },
    });
    await client.connect(bench.server.endpoint);
    const session = await client.createSession({
      type: UserTokenType.UserName,
      userName: bench.user.name,
      password: bench.user.passphrase,
    });
    const before = (await session.read({ nodeId: setpoint, attributeId: AttributeIds.Value })).value.value as number;
    const write = (nodeId: string, value: number) =>
      session.write({ nodeId, attributeId: AttributeIds.Value, value: { value: { dataType: DataType.Double, value } } });
    expect(await write(setpoint, 1.5)).toBe(StatusCodes.Good);
    expect((await write('ns=1;s=CL.AT01', 9)).isGood()).toBe(false);
    await session.browse('ObjectsFolder');
    await session.close();
    await client.disconnect();
    await vi.waitFor(() => expect(operations(wire.events)).toContain('CloseSecureChannel'), { timeout: 60_000 });

    const of = { type: 'wire-write', operation: 'Write', tap: 'mirror' };
    expect(only(wire.events, 'wire-write')).toMatchObject([
      {
        ...of,
        target: setpoint,
        tag: 1,
        before,
        after: 1.5,
        accepted: true,
        ends: { device: opcuaDevice, port: bench.server.port },
      },
      { ...of, target: 'ns=1;s=CL.AT01', tag: 0, after: 9, accepted: false },
    ]);
    expect(truth.length).toBe(2);
    const sessions = only(wire.events, 'wire-session');
    expect(sessions.at(-1)).toMatchObject({ policy: 'None', mode: 'None', token: 'UserName', user: bench.user.name });
    expect(JSON.stringify(wire.events)).not.toContain(bench.user.passphrase);
    expect(sessions.at(-1)?.applicationUri).not.toBe('');
    expect([...operations(wire.events)]).toEqual(
      expect.arrayContaining([
        'Hello',
        'OpenSecureChannel',
        'CreateSession',
        'ActivateSession',
        'Read',
        'Write',
        'Browse',
        'CloseSession',
      ]),
    );
    expect(wrong(wire.events)).toEqual([]);
  });

  it('under a policy that encrypts: no service, but who talks to whom and how', async () => {
    await using bench = await openOpcuaBench();
    await using wire = await overhear(bench.server);
    {
      await using session = await bench.collector(tags).connect(AbortSignal.timeout(20_000));
      await collect(session, (all) => all.samples.length > 20);
    }
    await vi.waitFor(() => expect(operations(wire.events)).toContain('CloseSecureChannel'), { timeout: 60_000 });
    const seen = only(wire.events, 'wire-session').at(-1);
    expect(seen).toMatchObject({ policy: 'Aes256_Sha256_RsaPss', mode: 'SignAndEncrypt', token: '', user: undefined });
    expect(seen?.applicationUri).toMatch(/^urn:/);
    expect(seen?.certificate).toMatch(/^[0-9a-f]{40}$/);
    expect(operations(wire.events)).toContain('encrypted');
    expect(operations(wire.events)).not.toContain('Read');
    expect(wrong(wire.events)).toEqual([]);
  });
});

describe('our collector at a server by open62541 that only signs, overheard', () => {
  it('is read as if it were in clear', async (test) => {
    const compiler = requirePeer('open62541', test);
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-overheard-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(async () => await rm(folder, { recursive: true, force: true }));
    const dataDir = join(folder, 'collector');
    await using server = new Open62541Server(
      await compilePeer(compiler, 'server', folder),
      join(folder, 'pki'),
      await freePort(),
    );
    await server.trust(await ownCertificate(dataDir));
    await server.start();
    await trustServer(dataDir, await server.certificate());
    // The mirror sees servers of this process alone, so one stands in between.
    const between = createServer((socket) => {
      const onward = connect(server.port, '127.0.0.1');
      for (const end of [socket, onward]) end.on('error', () => end.destroy());
      socket.pipe(onward).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    const { port } = between.address() as AddressInfo;
    const endpoint = `opc.tcp://127.0.0.1:${port}`;
    await using wire = await overhear({ port, endpoint });
    const security = { securityMode: 'Sign', securityPolicy: 'Basic256Sha256' };
    const config = opcua.schema.parse({ endpoint, user: server.user, publishingMs: 100, ...security });
    const target = { device: opcuaDevice, tags: new TagTable([opcuaTag('RAMP')]), dataDir, devices: [] };
    {
      await using session = await opcua.create(config, target, context).connect(AbortSignal.timeout(20_000));
      await collect(session, (all) => all.samples.length > 5);
    }
    await vi.waitFor(() => expect(operations(wire.events)).toContain('CloseSecureChannel'), { timeout: 60_000 });
    expect(only(wire.events, 'wire-session').at(-1)).toMatchObject({
      policy: 'Basic256Sha256',
      mode: 'Sign',
      token: 'UserName',
      user: server.user.name,
      applicationUri: expect.stringMatching(/^urn:/) as string,
    });
    expect([...operations(wire.events)]).toEqual(expect.arrayContaining(['Read', 'CreateMonitoredItems', 'Publish']));
    expect(operations(wire.events)).not.toContain('encrypted');
    expect(wrong(wire.events)).toEqual([]);
    expect(JSON.stringify(wire.events)).not.toContain(server.user.passphrase);
    between.close();
  });
});
