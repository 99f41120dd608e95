import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { collectors } from '../../collectors/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { CollectorPlugin } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { Metrics, type PluginContext, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import { tagOf } from '../support/detectors.ts';

/** Settings that reach a server of the test, and an address if the type has tags. A new collector needs an entry. */
const places: Readonly<Record<string, (host: string, port: number) => { config: object; address?: object }>> = {
  modbus: (host, port) => ({ config: { host, port }, address: { table: 'holding', register: 0, type: 'uint16' } }),
  opcua: (host, port) => ({ config: { endpoint: `opc.tcp://${host}:${port}` }, address: { node: 'ns=1;s=A' } }),
  capture: (host, port) => ({ config: { source: { type: 'pcap-over-ip', host, port } } }),
};
const folder = mkdtempSync(join(tmpdir(), 'scadawatch-collectors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const context: PluginContext = { logger: silentLogger, clock: systemClock, random: new Random(1), metrics: new Metrics() };

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function collectorOf(plugin: CollectorPlugin) {
  const place = places[plugin.type]?.('127.0.0.1', await closedPort());
  if (place === undefined) throw new Error(`the contract suite does not know how to address a device of type ${plugin.type}`);
  const tags = [place.address]
    .filter((address) => address !== undefined)
    .map((address) => {
      return { ...tagOf('A'), device: 'dev', address: plugin.addressSchema.parse(address) };
    });
  const target = { device: 'dev', tags: new TagTable(tags), dataDir: join(folder, plugin.type), devices: [] };
  return plugin.create(plugin.schema.parse(place.config), target, context);
}

describe.each(collectors.map((plugin) => [plugin.type, plugin] as const))('the collector %s', (type, plugin) => {
  it('refuses settings and addresses that it does not know', () => {
    const { config, address } = places[type]?.('127.0.0.1', 1) ?? { config: {} };
    expect(plugin.schema.safeParse(config).success).toBe(true);
    expect(plugin.schema.safeParse({ ...config, unheardOf: 1 }).success).toBe(false);
    expect(plugin.addressSchema.safeParse(address).success).toBe(address !== undefined);
    expect(plugin.addressSchema.safeParse({ ...address, unheardOf: 1 }).success).toBe(false);
  });

  it('says that a device which does not listen may be tried again', async () => {
    const collector = await collectorOf(plugin);
    const refused = collector.connect(new AbortController().signal);
    await expect(refused).rejects.toBeInstanceOf(ScadaError);
    await expect(refused).rejects.toMatchObject({ kind: 'retryable' });
  });

  it('does not connect once its signal has aborted', async () => {
    const collector = await collectorOf(plugin);
    await expect(collector.connect(AbortSignal.abort())).rejects.toThrow('abort');
  });
});
