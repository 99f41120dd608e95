import { join } from 'node:path';
import { MessageSecurityMode, OPCUAClient, SecurityPolicy, UserTokenType } from 'node-opcua-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpcuaBench, opcuaPoints, opcuaTag, collect, openOpcuaBench } from '../../../test/support/opcua.ts';
import { actorCertificate, connectOpcuaActor } from '../../actors/opcua.ts';
import { startOpcuaServer } from './index.ts';
import { engineeringUnit } from './units.ts';

let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench({ writers: true });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const signal = new AbortController().signal;

it('serves the points with `opcua: true`, and no others', () => {
  expect(bench.server.points).toBe(opcuaPoints.filter(({ opcua }) => opcua).length);
});

it('offers SignAndEncrypt with two policies and user names, and neither unsecured nor anonymous access', async () => {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(bench.server.endpoint);
  const endpoints = await client.getEndpoints();
  await client.disconnect();
  expect(new Set(endpoints.map(({ securityPolicyUri }) => securityPolicyUri))).toEqual(
    new Set([SecurityPolicy.Aes256_Sha256_RsaPss, SecurityPolicy.Basic256Sha256]),
  );
  for (const { securityMode, userIdentityTokens } of endpoints) {
    expect(securityMode).toBe(MessageSecurityMode.SignAndEncrypt);
    expect(userIdentityTokens?.map(({ tokenType }) => tokenType)).not.toContain(UserTokenType.Anonymous);
  }
});

describe('a trusted client', () => {
  it('sees areas, equipment and variables, with range and unit', async () => {
    const tags = [
      opcuaTag('RANGE', { address: { path: '/1:chlorination/1:ANALYSER/1:CL.AT01/0:EURange' } }),
      opcuaTag('VALUE', { address: { path: '/1:chlorination/1:ANALYSER/1:CL.AT01' } }),
      opcuaTag('BIT', { address: { path: '/1:pumping/1:PUMP1/1:PS.P1.RUN' }, kind: 'discrete' }),
    ];
    await using session = await bench.collector(tags).connect(signal);
    const seen = await collect(session, (all) => tags.every((_, tag) => all.of(tag).length > 0));
    // a structure is no number, but the node exists
    expect(seen.of(0)[0]?.quality).toBe(0x80740000);
    expect(seen.of(1)[0]?.quality).toBe(0);
    expect(seen.of(2)[0]?.quality).toBe(0);
  });

  it('sees an operator’s write after the plant has accepted it, with plant time', async () => {
    const { context, folder, plant, server, user } = bench;
    const pkiDir = join(folder, 'operator');
    await server.trust(await actorCertificate(pkiDir));
    await using actor = await connectOpcuaActor(
      { endpoint: server.endpoint, user, pkiDir, serverCertificate: server.certificate },
      context,
    );
    await using session = await bench.collector([opcuaTag('CL.SP')], { sampling: 'change' }).connect(signal);
    let written: Promise<void> | undefined;
    const seen = await collect(session, ({ samples }) => {
      if (samples.length > 0)
        written ??= actor.write('ns=1;s=CL.SP', 1.25).then(() => {
          plant.step(1);
          server.publish();
        });
      return samples.at(-1)?.value === 1.25;
    });
    await written;
    expect(seen.samples[0]?.value).toBe(0);
    for (const { sourceTime } of seen.samples) expect(sourceTime).toBeLessThanOrEqual(Math.max(plant.time, context.clock.now()));
  });

  it('gets each change on request, also those faster than its sampling', async () => {
    const { plant, server } = bench;
    const wanted = Array.from({ length: 20 }, (_, i) => 100 + i);
    await using session = await bench
      .collector([opcuaTag('CW.LT01')], { sampling: 'change', queueSize: 50, publishingMs: 200 })
      .connect(signal);
    let pushed = false;
    const seen = await collect(session, ({ samples }) => {
      if (!pushed && samples.length > 0) {
        pushed = true;
        for (const value of wanted) {
          plant.set('CW.LT01', value);
          plant.step(1);
          server.publish();
        }
      }
      return samples.some(({ value }) => value === wanted.at(-1));
    });
    const changes = seen.samples.map(({ value }) => value).filter((value) => value >= 100);
    expect([...new Set(changes)]).toEqual(wanted);
  });
});

it('reports that its port is not available', async () => {
  const { context, folder, plant, server, user } = bench;
  const options = { plant, host: '127.0.0.1', port: server.port, pkiDir: join(folder, 'second'), users: [user] };
  await expect(startOpcuaServer(options, context)).rejects.toMatchObject({ kind: 'config', code: 'LAB_REFUSED' });
});

it('encodes engineering units by UNECE common code', () => {
  expect(engineeringUnit('m')).toMatchObject({ unitId: 5_067_858, displayName: 'm' });
  expect(engineeringUnit('NTU')).toMatchObject({ unitId: -1, namespaceUri: '' });
});
