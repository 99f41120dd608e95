import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttributeIds, DataType, MessageSecurityMode, OPCUAClient, SecurityPolicy, UserTokenType } from 'node-opcua-client';
import { SerialPort } from 'serialport';
import { describe, expect, it } from 'vitest';
import { actorCertificate, connectOpcuaActor } from '../../simulators/actors/opcua.ts';
import { LibmodbusPeer, pymodbusServer } from './modbus-peers.ts';
import { startReadModbusServer } from './modbus-simulator.ts';
import { compilePeer, freePort, Open62541Server } from './open62541.ts';
import { openOpcuaBench } from './opcua.ts';
import { OpcuaProxy } from './opcua-proxy.ts';
import { requirePeer } from './peers.ts';
import { PlainBench } from './plain-bench.ts';
import { SerialPair } from './pty.ts';
import { RawModbus, rtu } from './raw-modbus.ts';
import { answerRight, startScriptedPeer } from './scripted-modbus.ts';
import { testContext } from './tiny-plant.ts';

/** What the disposal of a peer says of what it was asked. */
const verdict = (peer: AsyncDisposable): Promise<string> =>
  Promise.resolve(peer[Symbol.asyncDispose]()).then(
    () => 'reads alone',
    (thrown: Error) => thrown.message.replace(/^.* was asked/, 'was asked'),
  );

describe('a Modbus peer that is written to says so when it goes', () => {
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

  it('whatever unit is meant, and what is no request at all', async () => {
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

describe('an OPC UA peer that is written to says so when it goes', () => {
  const told = expect.stringMatching(/^was asked for more than reads: .*\b(Write|i=673)\b/) as string;

  /** Writes a node as a client without security and without a name. */
  async function writePlainly(endpoint: string): Promise<void> {
    const client = OPCUAClient.create({
      securityMode: MessageSecurityMode.None,
      securityPolicy: SecurityPolicy.None,
      endpointMustExist: false,
      connectionStrategy: { maxRetry: 0 },
    });
    await client.connect(endpoint);
    const session = await client.createSession({ type: UserTokenType.Anonymous });
    const value = { value: { dataType: DataType.Double, value: 1 } };
    await session.write({ nodeId: 'ns=1;s=N0', attributeId: AttributeIds.Value, value });
    await session.close();
    await client.disconnect();
  }

  it('by an encrypted session: our simulated server', async () => {
    const bench = await openOpcuaBench();
    const { server, user, folder } = bench;
    const pkiDir = join(folder, 'actor');
    await server.trust(await actorCertificate(pkiDir));
    const options = { endpoint: server.endpoint, user, pkiDir, serverCertificate: server.certificate };
    {
      await using actor = await connectOpcuaActor(options, bench.context);
      await actor.write('ns=1;s=CL.SP', 0.3);
    }
    expect(await verdict(bench)).toEqual(told);
  });

  it('by an encrypted session: open62541', async (test) => {
    const compiler = requirePeer('open62541', test);
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-recorded-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(async () => await rm(folder, { recursive: true, force: true }));
    const server = new Open62541Server(await compilePeer(compiler, 'server', folder), join(folder, 'pki'), await freePort());
    const pkiDir = join(folder, 'actor');
    await server.trust(await actorCertificate(pkiDir));
    await server.start();
    const options = { endpoint: server.endpoint, user: server.user, pkiDir, serverCertificate: await server.certificate() };
    {
      await using actor = await connectOpcuaActor(options, testContext());
      await expect(actor.write('ns=1;s=LEVEL', 1)).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
    }
    expect(await verdict(server)).toEqual(told);
  });

  it('in clear: open62541, and a proxy before it', async (test) => {
    await using bench = await PlainBench.open(test);
    const server = await bench.server({ nodes: 1 });
    const proxy = await OpcuaProxy.open(server.port);
    await writePlainly(proxy.endpoint);
    expect(await verdict(proxy)).toEqual(told);
    expect(await verdict(server)).toEqual(told);
  });
});
