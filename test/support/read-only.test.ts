import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttributeIds,
  type ClientSession,
  DataType,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  UserTokenType,
} from 'node-opcua-client';
import { SerialPort } from 'serialport';
import { describe, expect, it } from 'vitest';
import { openClientPki, ownCertificate, trustServer } from '../../collectors/opcua/certificates/pki.ts';
import { Simulator } from '../../simulators/lab/simulator.ts';
import { LibmodbusPeer, pymodbusServer } from './modbus-peers.ts';
import { startReadModbusServer } from './modbus-simulator.ts';
import { freePort } from './free-port.ts';
import { compilePeer, Open62541Server } from './open62541.ts';
import { openOpcuaBench } from './opcua.ts';
import { OpcuaProxy } from './opcua-proxy.ts';
import { requirePeer } from './peers.ts';
import { PlainBench } from './plain-bench.ts';
import { SerialPair } from './pty.ts';
import { askedOfLab, assertReadLab } from './read-only.ts';
import { RawModbus, rtu } from './raw-modbus.ts';
import { answerRight, startScriptedPeer } from './scripted-modbus.ts';
import { testContext } from './tiny-plant.ts';

/** Error of the disposal of a peer about the requests that it received. */
const verdict = (peer: AsyncDisposable): Promise<string> =>
  Promise.resolve(peer[Symbol.asyncDispose]()).then(
    () => 'reads alone',
    (thrown: Error) => thrown.message.replace(/^.* was asked/, 'was asked'),
  );

describe('a Modbus peer reports writes at its disposal', () => {
  const read = [3, 0, 1, 0, 1];
  const write = [6, 0, 1, 0, 7];
  const told = 'was asked for more than reads: 0600010007';

  const peers: Readonly<
    Record<
      string,
      (
        test: Parameters<typeof requirePeer>[1],
        stack: AsyncDisposableStack,
      ) => Promise<AsyncDisposable & { readonly port: number }>
    >
  > = {
    'a scripted peer': () => startScriptedPeer(answerRight),
    'the simulator': () => startReadModbusServer(),
    pymodbus: (test) => pymodbusServer(requirePeer('pymodbus', test), 'tcp'),
    libmodbus: async (test, stack) => stack.use(await LibmodbusPeer.compile(requirePeer('libmodbus', test))).serve('tcp', '0'),
  };

  it.for(Object.entries(peers))('%s', async ([, start], test) => {
    await using stack = new AsyncDisposableStack();
    for (const [pdus, expected] of [
      [[read], 'reads alone'],
      [[read, write], told],
    ] as const) {
      const peer = await start(test, stack);
      {
        await using client = await RawModbus.open(peer.port);
        for (const pdu of pdus) await client.ask(pdu);
      }
      expect(await verdict(peer)).toBe(expected);
    }
  });

  it('for every unit, and for bytes that form no request', async () => {
    const simulator = await startReadModbusServer();
    {
      await using client = await RawModbus.open(simulator.port);
      await client.ask(write, 9);
    }
    expect(await verdict(simulator)).toBe(told);
    const peer = await startScriptedPeer(answerRight);
    const client = await RawModbus.open(peer.port);
    client.socket.end(Buffer.from('0007'));
    await expect.poll(() => peer.connections).toBe(1);
    await client.frame();
    expect(await verdict(peer)).toBe('was asked for more than reads: 30303037');
  });

  it('libmodbus on a serial line', async (test) => {
    await using line = await SerialPair.open(requirePeer('socat', test));
    await using compiled = await LibmodbusPeer.compile(requirePeer('libmodbus', test));
    const peer = await compiled.serve('rtu', line.a);
    const port = new SerialPort({ path: line.b, baudRate: 115_200 });
    const answered = new Promise((resolve) => port.once('data', resolve));
    port.write(rtu(Buffer.from(write), 1));
    await answered;
    await new Promise<void>((resolve) => port.close(() => resolve()));
    expect(await verdict(peer)).toBe(told);
  });
});

/** Acts that a client may not perform, each with the name of its service and its encoding number. */
const acts: readonly (readonly [service: string, number: string, act: (session: ClientSession) => Promise<unknown>])[] = [
  [
    'Write',
    'i=673',
    async (session) =>
      await session.write({
        nodeId: 'ns=1;s=CL.SP',
        attributeId: AttributeIds.Value,
        value: { value: { dataType: DataType.Double, value: 1 } },
      }),
  ],
  ['Call', 'i=712', async (session) => await session.call({ objectId: 'i=2253', methodId: 'i=11492', inputArguments: [] })],
];

/** Performs an act as a client of the library: encrypted with the certificate of a collector, or in clear and anonymous. */
async function asClient(endpoint: string, act: (session: ClientSession) => Promise<unknown>, secured?: Secured): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const client = OPCUAClient.create({
    ...(secured === undefined ? inClear : await encrypted(secured.dataDir, cleanup)),
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
  });
  await client.connect(endpoint);
  cleanup.defer(async () => await client.disconnect());
  const session = await client.createSession(
    secured === undefined
      ? { type: UserTokenType.Anonymous }
      : { type: UserTokenType.UserName, userName: secured.user.name, password: secured.user.passphrase },
  );
  await act(session);
  await session.close();
}

/** The folder of a collector, and the user of the server. */
interface Secured {
  readonly dataDir: string;
  readonly user: { readonly name: string; readonly passphrase: string };
}

const inClear = { securityMode: MessageSecurityMode.None, securityPolicy: SecurityPolicy.None };

async function encrypted(dataDir: string, cleanup: AsyncDisposableStack) {
  const { manager, current, keyFile } = await openClientPki(dataDir);
  cleanup.defer(async () => await manager.dispose());
  return {
    applicationUri: current.applicationUri,
    clientCertificateManager: manager,
    certificateFile: current.file,
    privateKeyFile: keyFile,
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Aes256_Sha256_RsaPss,
  };
}

describe.for(acts)('an OPC UA peer reports the request to %s at its disposal', ([service, number, act]) => {
  const told = expect.stringMatching(new RegExp(`^was asked for more than reads: .*\\b(${service}|${number})\\b`)) as string;

  it('by an encrypted session: our simulated server', async () => {
    const bench = await openOpcuaBench();
    await asClient(bench.server.endpoint, act, { dataDir: join(bench.folder, 'collector'), user: bench.user });
    expect(await verdict(bench)).toEqual(told);
  });

  it('by an encrypted session: open62541', async (test) => {
    const compiler = requirePeer('open62541', test);
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-recorded-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(async () => await rm(folder, { recursive: true, force: true }));
    const server = new Open62541Server(await compilePeer(compiler, 'server', folder), join(folder, 'pki'), await freePort());
    const dataDir = join(folder, 'collector');
    await server.trust(await ownCertificate(dataDir));
    await server.start();
    await trustServer(dataDir, await server.certificate());
    await asClient(server.endpoint, act, { dataDir, user: server.user });
    expect(await verdict(server)).toEqual(told);
  });

  it('in clear: open62541, and a proxy before it', async (test) => {
    await using bench = await PlainBench.open(test);
    const server = await bench.server({ nodes: 1 });
    const proxy = await OpcuaProxy.open(server.port);
    await asClient(proxy.endpoint, act);
    expect(await verdict(proxy)).toEqual(told);
    expect(await verdict(server)).toEqual(told);
  });
});

describe('the servers of a lab record who wrote', () => {
  const lab = async (stack: AsyncDisposableStack) => {
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-recorded-'));
    stack.defer(async () => await rm(folder, { recursive: true, force: true }));
    const user = { name: 'reader', passphrase: randomBytes(12).toString('hex') };
    const config = {
      plant: 'waterworks',
      seed: 3,
      startTime: Date.UTC(2026, 10, 24, 6),
      speed: 60,
      life: 'none',
      requestsIn: join(folder, 'data', 'requests.jsonl'),
      modbus: [{ controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 }],
      opcua: { host: '127.0.0.1', port: 0, pkiDir: join(folder, 'pki'), users: [user] },
    } as const;
    const simulator = stack.use(await Simulator.open(config, testContext(), { status: () => {}, beat: () => {} }));
    const verdictNow = async (): Promise<string> => {
      try {
        assertReadLab(await askedOfLab(config.requestsIn));
        return 'reads alone';
      } catch (thrown) {
        return (thrown as Error).message;
      }
    };
    return { simulator, folder, user, verdict: verdictNow, asked: () => askedOfLab(config.requestsIn) };
  };

  it('any client except its actors, for every unit', async () => {
    await using stack = new AsyncDisposableStack();
    const { simulator, verdict: now, asked } = await lab(stack);
    await using client = await RawModbus.open(simulator.addresses.modbus['plc1'] ?? 0);
    simulator.start('chlorine-setpoint');
    await expect.poll(() => simulator.status().events.some(({ lane }) => lane === 'inject'), { timeout: 60_000 }).toBe(true);
    await client.ask([3, 0, 0, 0, 1]);
    await client.ask([43, 14, 1, 0]);
    expect(await asked()).toMatchObject([
      { server: 'plc1', client: '127.0.0.1', operation: 'FC3' },
      { server: 'plc1', client: '127.0.0.1', operation: 'FC43/14' },
    ]);
    if (process.platform !== 'linux') return;
    expect(await now()).toBe('reads alone');
    await client.ask([6, 0, 1, 0, 7], 9);
    expect(await now()).toBe('a controller of the lab was asked for more than reads: FC6');
  });

  it.for(acts)('by the certificate of a monitor: %s', async ([service, , act]) => {
    await using stack = new AsyncDisposableStack();
    const { simulator, folder, user, verdict: now, asked } = await lab(stack);
    const { endpoint = '', certificate = '' } = simulator.addresses.opcua ?? {};
    const dataDir = join(folder, 'collector');
    await simulator.trust(await ownCertificate(dataDir));
    await trustServer(dataDir, Buffer.from(certificate, 'base64'));
    const read = async (session: ClientSession) => await session.read({ nodeId: 'i=2256', attributeId: AttributeIds.Value });
    await asClient(endpoint, read, { dataDir, user });
    expect(await asked()).toContainEqual(
      expect.objectContaining({ client: expect.stringMatching(/:collector$/), operation: 'Read' }),
    );
    expect(await now()).toBe('reads alone');
    await asClient(endpoint, act, { dataDir, user });
    expect(await now()).toBe(`the OPC UA server of the lab was asked for more than reads: ${service}`);
  });
});
