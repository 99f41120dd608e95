import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownCertificate, trustServer } from '../../../collectors/opcua/certificates/pki.ts';
import { opcua } from '../../../collectors/opcua/index.ts';
import { loadConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { isGood } from '../../core/quality.ts';
import { main } from '../../main.ts';
import { collect, type OpcuaBench, openOpcuaBench } from '../../../test/support/opcua.ts';
import { PlainBench } from '../../../test/support/plain-bench.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { registry } from '../../app/registry.ts';
import { expandPatterns } from './index.ts';

const signal = new AbortController().signal;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patterns-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const rest = 'area: a, equipment: E';
const plant = (device: string, tags: readonly string[], more = ''): string => `
site: {name: Works}
areas: [{id: a, name: A, ${more}equipment: [{id: E, name: E}]}]
scanClasses: {normal: 200ms}
devices:
  ua1: ${device}
tags:
${tags.map((tag) => `  ${tag}\n`).join('')}
dashboard: {port: 0}
`;

/** Loads a configuration as a start does. */
async function load(text: string): Promise<{ config: MonitorConfig; told: string[] }> {
  const file = join(folder, 'plant.yaml');
  await writeFile(file, text);
  const told: string[] = [];
  const options = { dataDir: join(folder, 'data'), context: testContext(), report: (line: string) => void told.push(line) };
  const config = await loadConfig(file, { registry, environment: {}, expand: expandPatterns(options, signal) });
  return { config, told };
}

const names = ({ tags }: MonitorConfig): string[] => tags.tags.map(({ name }) => name);

describe('an entry that stands for many tags of the simulated server', () => {
  let bench: OpcuaBench;
  beforeAll(async () => {
    bench = await openOpcuaBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  const device = (): string =>
    `{type: opcua, endpoint: '${bench.server.endpoint}', publishingMs: 100, user: {name: ${bench.user.name}, passphrase: ${bench.user.passphrase}}}`;
  const trusted = async (): Promise<void> => {
    const dataDir = join(folder, 'data', 'devices', 'ua1');
    await trustServer(dataDir, bench.server.certificate);
    await bench.server.trust(await ownCertificate(dataDir));
  };

  it('becomes one tag for each variable, by path or own name; a separate entry takes precedence', async () => {
    await trusted();
    const { config, told } = await load(
      plant(
        device(),
        [
          `'Works.{path}': {device: ua1, address: {path: '/1:pumping/**', samplingMs: 100}, description: 'Value {name}', ${rest}}`,
          `'{name}': {device: ua1, address: {path: '/**/1:C*'}, description: Chlorine and clearwell, ${rest}}`,
          `CL.SP: {device: ua1, address: {path: '/**/1:CL.SP'}, description: Set-point, ${rest}}`,
        ],
        'indicators: [CL.AT01], ',
      ),
    );
    expect(told).toEqual([]);
    expect(names(config)).toEqual([
      'Works.pumping.PUMP1.PS.P1.CMD',
      'Works.pumping.PUMP1.PS.P1.RUN',
      'Works.pumping.PUMP1.PS.P1.STARTS',
      'CL.AT01',
      'CW.LT01',
      'CL.SP',
    ]);
    expect(config.tags.at(1)).toMatchObject({
      description: 'Value PS.P1.RUN',
      scanMs: 200,
      address: { path: '/1:pumping/1:PUMP1/1:PS.P1.RUN', samplingMs: 100 },
    });
    const target = { device: 'ua1', tags: config.tags, dataDir: join(folder, 'data', 'devices', 'ua1'), devices: [] };
    await using session = await opcua.create(config.devices[0]?.config as never, target, testContext()).connect(signal);
    const good = new Set<number>();
    await collect(session, ({ samples }) => {
      for (const { tag, quality } of samples) if (isGood(quality)) good.add(tag);
      return good.size === config.tags.size;
    });
  });

  it('is an error at its position in the file if it cannot be expanded and no result is stored', async () => {
    const entry = (name: string, address: string): string =>
      `'${name}': {device: ua1, address: ${address}, description: X, ${rest}}`;
    await expect(load(plant(device(), [entry('X.{name}', "{path: '/**/1:CL.*'}")]))).rejects.toThrow(
      /plant\.yaml:8:3 tags\.X\.\{name\}: .*certificate is not trusted.*no earlier result is stored/,
    );
    await trusted();
    const nowhere = [entry('X.{name}', "{path: '/**/1:CL.*'}"), entry('Y.{name}', "{path: '/1:nowhere/*'}")];
    await expect(load(plant(device(), nowhere))).rejects.toThrow(/:9:3 tags\.Y\.\{name\}: ua1 has no point that it matches/);
    await expect(load(plant(device(), [entry('Z.{name}', "{node: 'ns=1;s=CL.SP'}")]))).rejects.toThrow(
      /tags\.Z\.\{name\}: .*has no path/,
    );
  });
});

describe('an entry that stands for many tags of open62541', () => {
  let bench: PlainBench;
  beforeEach(async (test) => {
    bench = await PlainBench.open(test);
  });
  afterEach(async () => {
    await bench[Symbol.asyncDispose]();
  });

  const text = (endpoint: string, pattern = '/1:A*/1:N*'): string =>
    plant(`{type: opcua, endpoint: '${endpoint}', securityMode: None, securityPolicy: None}`, [
      `'N.{name}': {device: ua1, address: {path: '${pattern}'}, description: A value, ${rest}}`,
    ]);

  it('is kept while the server is away, and changes are reported', async () => {
    const first = await bench.server({ nodes: 3 });
    expect(names((await load(text(first.endpoint))).config)).toEqual(['N.N0', 'N.N1', 'N.N2']);
    await first.stop();
    const away = await load(text(first.endpoint));
    expect(names(away.config)).toEqual(['N.N0', 'N.N1', 'N.N2']);
    expect(away.told).toEqual([expect.stringMatching(/^tags\.N\.\{name\} uses the 3 points of an earlier start: .*127/)]);
    await expect(load(text(first.endpoint, '/1:A*/1:N1'))).rejects.toThrow(/no earlier result is stored/);

    await using second = await bench.server({ nodes: 5 });
    const more = await load(text(second.endpoint));
    expect(names(more.config)).toHaveLength(5);
    expect(more.told).toEqual(['tags.N.{name} has other points than before: A0/N3, A0/N4 added']);
    expect((await load(text(second.endpoint))).told).toEqual([]);
    await using third = await bench.server({ nodes: 1 });
    expect((await load(text(third.endpoint))).told[0]).toMatch(/A0\/N1, A0\/N2, A0\/N3, A0\/N4 removed$/);
  });

  it('is expanded by `check`, while `plan` sends no request', async () => {
    const lines: string[] = [];
    const print = (...parts: unknown[]): void => void lines.push(parts.join(' '));
    vi.spyOn(console, 'log').mockImplementation(print);
    vi.spyOn(console, 'error').mockImplementation(print);
    const command = async (name: string): Promise<string> => {
      lines.length = 0;
      await main(['node', 'scadawatch', name, join(folder, 'plant.yaml'), '--data', join(folder, 'data')]);
      return lines.join('\n');
    };
    try {
      await using server = await bench.server({ nodes: 4 });
      await writeFile(join(folder, 'plant.yaml'), text(server.endpoint));
      expect(await command('plan')).toMatch(/tags\.N\.\{name\} has no tags yet: run `scadawatch check` to request them from ua1/);
      const checked = await command('check');
      expect(checked).toContain('4 tags on 1 devices, no problem found');
      expect(checked).toContain('ok   ua1: 4 of 4 tags answer');
      await server.stop();
      expect(await command('plan')).toContain('4 monitored items');
    } finally {
      vi.restoreAllMocks();
      process.exitCode = 0;
    }
  });
});
