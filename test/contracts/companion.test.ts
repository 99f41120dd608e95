import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBrowsePath, MessageSecurityMode, type NodeId, OPCUAClient, SecurityPolicy } from 'node-opcua-client';
import { expect, it } from 'vitest';
import { robotCell } from '../../simulators/plants/robot-cell/index.ts';
import { startOpcuaServer } from '../../simulators/servers/opcua/index.ts';
import { TypeChecker } from '../support/companion-types.ts';
import { newPlant } from '../support/plants.ts';
import { testContext } from '../support/tiny-plant.ts';

const browseRoot = 'i=85';

it.for([robotCell])(
  'the devices of the $type have all mandatory children of their types, with the declared types',
  async (plugin, test) => {
    const plant = await newPlant({ seed: 1, startTime: Date.UTC(2026, 4, 5, 10), life: 'none' }, plugin);
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-companion-'));
    test.onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
    const options = { plant, host: '127.0.0.1', port: 0, pkiDir: join(folder, 'server'), users: [], weak: true };
    await using server = await startOpcuaServer(options, testContext());
    const client = OPCUAClient.create({
      endpointMustExist: false,
      securityMode: MessageSecurityMode.None,
      securityPolicy: SecurityPolicy.None,
    });
    const devices = plant.companion?.devices ?? [];
    expect(devices).not.toEqual([]);
    await client.withSessionAsync(server.endpoint, async (session) => {
      const di = (await session.readNamespaceArray()).indexOf('http://opcfoundation.org/UA/DI/');
      for (const { name } of devices) {
        const { targets } = await session.translateBrowsePath(makeBrowsePath(browseRoot, `/${di}:DeviceSet/1:${name}`));
        const checker = new TypeChecker(session);
        expect(await checker.check(targets?.[0]?.targetId as NodeId, name)).toEqual([]);
        expect(checker.checked).toBeGreaterThan(500);
      }
    });
  },
);
