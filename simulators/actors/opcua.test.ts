import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpcuaBench, openOpcuaBench } from '../../test/support/opcua.ts';
import type { OpcuaWrite } from '../servers/opcua/index.ts';
import { actorCertificate, connectOpcuaActor, type OpcuaActorOptions } from './opcua.ts';

let bench: OpcuaBench;
let options: OpcuaActorOptions;
const seen: OpcuaWrite[] = [];

beforeAll(async () => {
  bench = await openOpcuaBench({ writers: true, onWrite: (write) => seen.push(write) });
  const { server, user, folder } = bench;
  options = { endpoint: server.endpoint, user, pkiDir: join(folder, 'actor'), serverCertificate: server.certificate };
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

it('is refused by a server that does not trust it', async () => {
  await expect(connectOpcuaActor(options, bench.context)).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
});

it('writes numbers and Booleans to the plant, and the server reports each attempt', async () => {
  const { context, plant, server } = bench;
  await server.trust(await actorCertificate(options.pkiDir));
  await using actor = await connectOpcuaActor(options, context);
  await actor.write('ns=1;s=CL.SP', 0.3);
  await actor.write('ns=1;s=PS.P1.CMD', 1);
  await expect(actor.write('ns=1;s=CL.SP', 99)).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
  await expect(actor.write('ns=1;s=CL.AT01', 0.3)).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
  await expect(actor.write('ns=1;s=NOT.THERE', 1)).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
  expect(plant.writes).toEqual([
    { point: 'CL.SP', value: 0.3 },
    { point: 'PS.P1.CMD', value: 1 },
  ]);
  expect(seen.map(({ node, value, status }) => [node, value, status])).toEqual([
    ['ns=1;s=CL.SP', 0.3, 'Good'],
    ['ns=1;s=PS.P1.CMD', 1, 'Good'],
    ['ns=1;s=CL.SP', 99, 'BadOutOfRange'],
    ['ns=1;s=CL.AT01', 0.3, 'BadNotWritable'],
    ['ns=1;s=NOT.THERE', 1, 'BadNodeIdUnknown'],
  ]);
  for (const { client, time } of seen) {
    expect(client).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(time).toBe(plant.time);
  }
});

it('gets another certificate when its name changes, as in the data of earlier versions', async () => {
  const pkiDir = join(bench.folder, 'renamed');
  const named = async (name?: string): Promise<string> =>
    new X509Certificate(await actorCertificate(pkiDir, name)).subjectAltName ?? '';
  expect(await named()).toContain('URI:urn:scadawatch:actor');
  expect(await named('operator')).toContain('URI:urn:scadawatch:operator');
  const kept = await actorCertificate(pkiDir, 'operator');
  expect(await actorCertificate(pkiDir, 'operator')).toEqual(kept);
  await bench.server.trust(kept);
  await using actor = await connectOpcuaActor({ ...options, pkiDir, name: 'operator' }, bench.context);
  await actor.write('ns=1;s=CL.SP', 0.5);
  expect(bench.plant.writes.at(-1)).toEqual({ point: 'CL.SP', value: 0.5 });
});

it.runIf(process.platform === 'linux')(
  'with the certificate of another client it is accepted, from an address of its own',
  async () => {
    const { context, plant, server } = bench;
    await server.trust(await actorCertificate(options.pkiDir));
    const before = seen.length;
    await using thief = await connectOpcuaActor({ ...options, localAddress: '127.0.0.66' }, context);
    await thief.write('ns=1;s=CL.SP', 0.4);
    expect(plant.writes.at(-1)).toEqual({ point: 'CL.SP', value: 0.4 });
    expect(seen.slice(before)).toMatchObject([{ client: expect.stringMatching(/^127\.0\.0\.66:\d+$/), status: 'Good' }]);
  },
);

it.each(['opc.tcp://10.0.0.7:4840', 'opc.tcp://plc.example:4840', 'opc.tcp://[2001:db8::1]:4840'])(
  'does not act on %s',
  async (endpoint) => {
    await expect(connectOpcuaActor({ ...options, endpoint }, bench.context)).rejects.toMatchObject({
      kind: 'config',
      code: 'LAB_REFUSED',
    });
  },
);
