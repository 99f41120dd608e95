import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testContext } from '../../test/support/tiny-plant.ts';
import { firstEphemeralPort } from '../plant-kit/free-ports.ts';
import { plants } from '../plants/index.ts';
import type { SimulatorConfig } from './messages.ts';
import { Simulator } from './simulator.ts';

it('no plant has a port that the system hands out to clients', () => {
  for (const { type, example, ports } of plants) {
    const file = readFileSync(example, 'utf8');
    const stated = [...file.matchAll(/port: (\d+)|opc\.tcp:\/\/[\d.]+:(\d+)/g)].map(([, port, endpoint]) =>
      Number(port ?? endpoint),
    );
    const all = [...stated, ...ports.controllers.map(({ port }) => port), ...(ports.opcua === undefined ? [] : [ports.opcua])];
    expect(Math.max(...all), type).toBeLessThan(firstEphemeralPort);
    expect(new Set(stated).size, type).toBe(stated.length);
  }
});

let blocked: Server;
let dir = '';
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-ports-'));
  blocked = createServer();
  await new Promise<void>((resolve) => blocked.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await new Promise((resolve) => blocked.close(resolve));
});

it.each(['modbus', 'opcua', 'tap'])('a port of %s that is in use ends the start with the port and the way out', async (kind) => {
  const { port } = blocked.address() as AddressInfo;
  const place = (of: string) => ({ host: '127.0.0.1', port: of === kind ? port : 0 });
  const config: SimulatorConfig = {
    plant: 'waterworks',
    seed: 1,
    speed: 1,
    life: 'none',
    startTime: Date.UTC(2026, 10, 24),
    modbus: [{ controller: 'plc1', unit: 1, ...place('modbus') }],
    opcua: { ...place('opcua'), pkiDir: join(dir, 'pki'), users: [] },
    tap: place('tap'),
  };
  await expect(Simulator.open(config, testContext(), { status: () => {}, beat: () => {} })).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}: .*EADDRINUSE`)),
    hint: expect.stringContaining('--any-port'),
  });
});
