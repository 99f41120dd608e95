import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { answerRight, startScriptedPeer } from '../../../test/support/scripted-modbus.ts';
import { main } from '../../main.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

describe('scadawatch import', () => {
  let dir: string;
  let toml: string;
  let out: string;
  let printed: string[];
  let written: string[];
  let told: string[];
  let listeners: readonly (readonly unknown[])[];
  beforeEach(() => {
    listeners = signals.map((signal) => process.listeners(signal));
    dir = mkdtempSync(join(tmpdir(), 'import-'));
    [toml, out] = [join(dir, 'telegraf.conf'), join(dir, 'plant.yaml')];
    [printed, written, told] = [[], [], []];
    vi.spyOn(console, 'log').mockImplementation((...parts: unknown[]) => void printed.push(parts.join(' ')));
    vi.spyOn(console, 'error').mockImplementation((...parts: unknown[]) => void told.push(parts.join(' ')));
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = 0;
    // A command keeps signal listeners until its process ends, which here is the process of the test.
    signals.forEach((signal, i) => {
      for (const own of process.listeners(signal)) if (listeners[i]?.includes(own) !== true) process.off(signal, own);
    });
    rmSync(dir, { recursive: true });
  });

  async function run(...argv: readonly string[]): Promise<unknown> {
    process.exitCode = 0;
    await main(['node', 'scadawatch', ...argv]);
    return process.exitCode;
  }

  const small = (port: number): string => `
    [agent]
    interval = "1s"
    [[inputs.modbus]]
    name = "plc"
    slave_id = 1
    controller = "tcp://127.0.0.1:${port}"
    timeout = "700ms"
    name_override = "other"
    holding_registers = [{ name = "level", byte_order = "AB", data_type = "UINT16", scale = 0.1, address = [8] }]
    [inputs.modbus.tags]
    site = "north"
    [[outputs.influxdb]]
    urls = ["http://10.0.0.1:8086"]
  `;
  const names = ['inputs.modbus plc: name_override', 'inputs.modbus plc: tags.site', 'outputs: influxdb'];

  it('writes a configuration that check accepts, and lists on standard error what it does not contain', async () => {
    await using peer = await startScriptedPeer(answerRight);
    writeFileSync(toml, small(peer.port));
    expect(await run('import', toml, '--out', out)).toBe(0);
    expect(told).toEqual(['1 tags on 1 devices', ...names.map((name) => `not carried over: ${name}`)]);
    expect([...written, ...printed]).toEqual([]);
    // No request was sent to a device.
    expect(peer.connections).toBe(0);
    const text = readFileSync(out, 'utf8');
    for (const name of names) expect(text).toContain(`# Not carried over: ${name}\n`);
    expect(parse(text)).toMatchObject({
      devices: { plc: { type: 'modbus', host: '127.0.0.1', port: peer.port, unit: 1, timeoutMs: 700 } },
      scanClasses: { every1s: '1s' },
      tags: {
        'plc.level': {
          device: 'plc',
          address: { table: 'holding', register: 8, type: 'uint16', scale: 0.1 },
          scan: 'every1s',
        },
      },
    });
    expect(await run('check', out, '--data', join(dir, 'data'))).toBe(0);
    expect(printed.join('\n')).toContain('plc: 1 of 1 tags answer');
  });

  it('prints the configuration if no file is named', async () => {
    writeFileSync(toml, small(502));
    expect(await run('import', toml)).toBe(0);
    expect(parse(written.join(''))).toHaveProperty(['tags', 'plc.level']);
    expect(told).toContain('not carried over: inputs.modbus plc: name_override');
  });

  it('overwrites no file', async () => {
    writeFileSync(toml, small(502));
    writeFileSync(out, 'gone over by hand');
    expect(await run('import', toml, '--out', out)).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('gone over by hand');
    expect(told.join('\n')).toContain('Existing files are not overwritten');
  });

  it.each([
    ['[[inputs.cpu]]', 'it has no inputs.modbus, inputs.opcua or inputs.opcua_listener'],
    ['no = [toml', 'telegraf.conf: it is no TOML'],
    [undefined, 'telegraf.conf: the file cannot be read'],
  ])('fails and writes nothing if there is nothing to import: %j', async (content, why) => {
    if (content !== undefined) writeFileSync(toml, content);
    expect(await run('import', toml, '--out', out)).toBe(2);
    expect(told.join('\n')).toContain(why);
    expect(existsSync(out)).toBe(false);
  });
});
