import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scenarioFile, scenariosOf } from '../../../simulators/scenarios/index.ts';
import { RawModbus } from '../../../test/support/raw-modbus.ts';
import { silentLogger } from '../../core/plugin.ts';
import { LabClient } from './client.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-own-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const start = async (scenariosIn?: string): Promise<LabClient> =>
  LabClient.start(
    {
      plant: 'waterworks',
      seed: 3,
      startTime: Date.UTC(2026, 10, 24, 6),
      speed: 10,
      life: 'none',
      scenariosIn,
      modbus: [{ controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 }],
    },
    silentLogger,
  );

describe('the simulator in a process of its own', () => {
  it('is controlled over IPC and ends with its client', async () => {
    const lab = await start();
    const { pid } = lab;
    expect(lab.status()).toMatchObject({ plant: 'waterworks', seed: 3, pace: { speed: 10 } });
    expect(lab.status().truth).not.toEqual({});
    let changes = 0;
    const stop = lab.onChange(() => changes++);
    await lab.setSpeed(30);
    expect(lab.clock.pace.speed).toBe(30);
    await lab.start('operator-setpoint');
    await expect.poll(() => lab.status().running?.scenario).toBe('operator-setpoint');
    await expect(lab.start('pumps-stopped')).rejects.toMatchObject({ code: 'LAB_REFUSED' });
    await lab.stop();
    await expect.poll(() => lab.status().running).toBeUndefined();
    await lab.reset();
    expect(changes).toBeGreaterThan(2);
    stop();
    await using client = await RawModbus.open(lab.addresses.modbus['plc1'] ?? 0);
    await Promise.all([lab[Symbol.asyncDispose](), lab[Symbol.asyncDispose]()]);
    expect(await client.frame()).toBeUndefined();
    expect(() => process.kill(pid ?? 0, 0)).toThrow(/ESRCH/);
  });

  it('reports when the process has died, and lets plant time continue so that missing devices are detected', async () => {
    await using lab = await start();
    await lab.setSpeed(0);
    process.kill(lab.pid ?? 0, 'SIGKILL');
    await expect.poll(() => lab.status().pace.speed).toBe(1);
    expect(lab.status().events.at(-1)?.text).toContain('has ended');
    await expect(lab.start('pumps-stopped')).rejects.toMatchObject({ code: 'LAB_REFUSED' });
  });

  it('plays scenarios of the user besides the shipped ones, and refuses a file that the plant cannot play', async () => {
    const shipped = readFileSync(scenarioFile('voltage-setpoint'), 'utf8');
    writeFileSync(join(dir, 'other.yaml'), shipped.replace('id: voltage-setpoint', 'id: of-another-plant'));
    const own = readFileSync(scenarioFile('chlorine-setpoint'), 'utf8').replace('id: chlorine-setpoint', 'id: own');
    writeFileSync(join(dir, 'own.yaml'), own);
    {
      await using lab = await start(dir);
      expect(lab.scenarios.map(({ id }) => id)).toEqual([...scenariosOf('waterworks').map(({ id }) => id), 'own']);
      await lab.start('own');
      await expect.poll(() => lab.status().running?.scenario).toBe('own');
      expect(lab.status().effects).toHaveLength(2);
    }
    writeFileSync(join(dir, 'own.yaml'), own.replace('controller: plc1', 'controller: plc7'));
    await expect(start(dir)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: /own\.yaml:\d+:5 steps\.0\.controller: there is no controller plc7; known: plc1, rtu2/,
      hint: expect.stringContaining('simulators/scenarios/README.md') as string,
    });
  });

  it('reports why it could not start', async () => {
    const options = { plant: 'no-such', seed: 1, startTime: 0, speed: 1, life: 'none', modbus: [] } as const;
    await expect(LabClient.start(options, silentLogger)).rejects.toMatchObject({
      code: 'LAB_REFUSED',
      message: /no plant no-such/,
      hint: expect.stringContaining('choose one of waterworks') as string,
    });
  });
});
