import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plants } from '../../../simulators/plants/index.ts';
import { main } from '../../main.ts';
import { passphraseVariable } from '../../tools/lab/config.ts';
import { answerRight, type ScriptedPeer, startScriptedPeer } from '../../../test/support/scripted-modbus.ts';

const file = (port: number, settings: string, tags: string): string => `
site: {name: Test, timeZone: UTC}
areas: [{id: a, name: A, equipment: [{id: E, name: E, kind: tank}]}]
devices:
  plc1: {type: modbus, host: 127.0.0.1, port: ${port}, description: 'The one'${settings}}
scanClasses: {fast: 1s, slow: 10s}
tags:
${tags}`;

const tag = (name: string, address: string, scan = 'fast'): string =>
  `  ${name}: {device: plc1, address: ${address}, kind: analog, role: measurement, area: a, equipment: E, scan: ${scan}, description: ${name}}\n`;

describe('scadawatch plan', () => {
  let dir: string;
  let peer: ScriptedPeer;
  let printed: string[];
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'plan-'));
    peer = await startScriptedPeer(answerRight);
    printed = [];
    const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
    vi.spyOn(console, 'log').mockImplementation(print);
    vi.spyOn(console, 'error').mockImplementation(print);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    process.exitCode = 0;
    // No command below sends a request to a device.
    expect(peer.connections).toBe(0);
    await peer[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  async function plan(settings: string, tags: string, ...options: string[]): Promise<number | string | null | undefined> {
    const path = join(dir, 'plant.yaml');
    process.exitCode = 0;
    writeFileSync(path, file(peer.port, settings, tags));
    await main(['node', 'scadawatch', 'plan', path, '--data', dir, ...options]);
    return process.exitCode;
  }

  const tags =
    tag('A', '{table: holding, register: 0, type: float32}') +
    tag('B', '{table: holding, register: 10}') +
    tag('C', '{table: holding, register: 500, unit: 3}') +
    tag('D', '{table: coil, register: 7}', 'slow');

  it('shows each request with its tags and the resulting load', async () => {
    expect(await plan('', tags)).toBe(0);
    const text = printed.join('\n');
    expect(text).toContain('plc1: The one\n  every 1 s: 2 requests, spread evenly\n');
    expect(text).toContain('unit 1  FC3  holding 0–10: 11 read, 8 of them for no tag; 2 tags\n      A B');
    expect(text).toContain('unit 3  FC3  holding 500: 1 read, 0 of them for no tag; 1 tag');
    expect(text).toContain('every 10 s: 1 request\n    unit 1  FC1  coil 7: 1 read');
    // 2 + 0.1 requests; 11 + 1 + 0.1 items; (21 + 22) + (21 + 2) + 2.2 bytes; 2.1 of 50
    expect(text).toContain('2.1 requests/s, 12.1 registers and bits/s, 68.2 bytes/s, 4.2 % of the request budget');
    expect(text).toContain('as long as the device answers within 456 ms on average');
  });

  it.each(plants)('keeps the periods of the shipped configuration of the plant $type', async ({ example }) => {
    vi.stubEnv(passphraseVariable, 'unused');
    await main(['node', 'scadawatch', 'plan', fileURLToPath(example), '--data', dir]);
    expect([process.exitCode ?? 0, printed.filter((line) => line.includes('WARNING'))]).toEqual([0, []]);
    vi.unstubAllEnvs();
  });

  it('fails if the periods cannot be kept, and names the setting that helps', async () => {
    expect(await plan(', maxRequestsPerSecond: 2', tags)).toBe(1);
    expect(printed.join('\n')).toMatch(
      /WARNING: 2\.1 requests per second are needed, and the budget lets 2 through\n +raise maxReq/,
    );
    expect(await plan(', pauseMs: 600', tags)).toBe(1);
    expect(printed.join('\n')).toMatch(/takes a pause of 600\.0 ms beside the answer\n +shorten pauseMs/);
  });

  it('leaves out the addresses that the device was found to refuse', async () => {
    const refused = [{ unit: 1, table: 'holding', start: 10, width: 1, exception: 2, times: 1, untilMs: 9e15 }];
    const kept = { version: 1, refused, barriers: [], alone: [] };
    mkdirSync(join(dir, 'devices', 'plc1'), { recursive: true });
    writeFileSync(join(dir, 'devices', 'plc1', 'refused.json'), JSON.stringify(kept));
    await plan('', tags, '--device', 'plc1');
    const text = printed.join('\n');
    expect(text).toContain('holding 0–1: 2 read, 0 of them for no tag; 1 tag');
    expect(text).toContain('holding 10: 1 read, 0 of them for no tag; 1 tag; was refused with exception 2 (illegal address)');
    expect(text).toContain('in all 2.1 requests/s');
  });

  it.each([
    [', forbidden: [{table: holding, from: 1, to: 3}]', /plant\.yaml:8:\d+ tags\.A\.address\.register: lies in holding 1 to 3/],
    [', maxRegisters: 1', /plant\.yaml:8:\d+ tags\.A\.address: takes 2 registers, and plc1 gives at most 1/],
    [', forbidden: [{table: holding, from: 3, to: 1}]', /devices\.plc1\.forbidden\.0\.to: the last address is before the first/],
  ])('refuses tags that the device cannot serve: %s', async (settings, message) => {
    expect(await plan(settings, tags)).toBe(2);
    expect(printed.join('\n')).toMatch(message);
  });

  it('accepts a forbidden range of another unit and refuses an unknown device', async () => {
    expect(await plan(', forbidden: [{table: holding, from: 1, to: 3, unit: 3}]', tags)).toBe(0);
    expect(await plan('', tags, '--device', 'plc2')).toBe(2);
    expect(printed.join('\n')).toContain('there is no device plc2');
  });
});
