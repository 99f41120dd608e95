import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { registry } from '../../src/app/registry.ts';
import { serve, type Serving } from '../../src/app/serve.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { TinyPlant } from '../support/tiny-plant.ts';

const patience = { timeout: 60_000, interval: 100 };
const fault = 'Monitor fault: dashboard does not work';

const titlesOf = ({ monitor }: Serving): string[] =>
  monitor.view.alerts
    .open()
    .flatMap(({ findings }) => findings)
    .filter(({ endedAt }) => endedAt === undefined)
    .map(({ explanation }) => explanation.title);

it('opens a failed listener again on its port, raises an alarm meanwhile, and continues all other parts', async () => {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'scadawatch-listener-'));
  cleanup.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const plant = new TinyPlant();
  const device = cleanup.use(await startReadModbusServer({ plant }));
  const file = join(dataDir, 'plant.yaml');
  writeFileSync(
    file,
    `
site: {name: Test works}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: ${device.port}, unit: 1}}
workers: 1
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0, type: float32}, area: a, equipment: T, description: Level, unit: m}
dashboard: {port: 0}
`,
  );
  const config = await loadConfig(file, { registry, environment: {} });
  const serving = cleanup.use(await serve({ config, dataDir, clock: systemClock, logger: silentLogger, seed: 1 }));
  const { address, port } = serving.dashboard;
  const ready = async (): Promise<{ readonly status: number; readonly parts: Readonly<Record<string, string>> } | undefined> => {
    const response = await fetch(`${address}/readyz`, { headers: { connection: 'close' } }).catch(() => undefined);
    if (response === undefined) return undefined;
    const { parts } = (await response.json()) as { readonly parts: Readonly<Record<string, string>> };
    return { status: response.status, parts };
  };
  const part = () => serving.monitor.view.parts().find(({ name }) => name === 'serve');

  const found = Promise.withResolvers<Server>();
  const note = (message: unknown): void => found.resolve((message as { readonly server: Server }).server);
  diagnostics.subscribe('http.server.request.start', note);
  cleanup.defer(() => void diagnostics.unsubscribe('http.server.request.start', note));
  await expect.poll(async () => (await ready())?.parts, patience).toMatchObject({ serve: 'running', collect: 'running' });
  const server = await found.promise;

  // another process takes the port before the listener is opened again
  server.close();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  await expect.poll(() => titlesOf(serving), patience).toContain(fault);
  await expect.poll(() => part()?.lastError, patience).toMatch(/EADDRINUSE/);
  const states = Object.fromEntries(serving.monitor.view.parts().map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({ 'collect plc1': 'running', detect: 'running', store: 'running' });
  other.close();
  await expect.poll(async () => (await ready())?.status, patience).toBe(200);
  expect(titlesOf(serving)).not.toContain(fault);

  server.emit('error', new Error('accept EMFILE'));
  await expect.poll(() => part()?.lastError, patience).toBe('accept EMFILE');
  await expect.poll(async () => (await ready())?.parts, patience).toMatchObject({ serve: 'running' });
}, 120_000);
