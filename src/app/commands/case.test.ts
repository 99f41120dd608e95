import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { changeOf, intrusion } from '../../../test/support/alert-changes.ts';
import { mispEventRules } from '../../../test/support/misp.ts';
import { stixProblems } from '../../../test/support/stix.ts';
import { tableOf } from '../../../test/support/samples.ts';
import { observeEvent } from '../../core/observation.ts';
import { silentLogger } from '../../core/plugin.ts';
import { openState } from '../../state/state.ts';
import { EventLog } from '../../storage/event-log/index.ts';
import { caseCommand } from './case.ts';

const plant = `
site: {name: Recorded}
areas: [{id: disinfection, name: Disinfection, equipment: [{id: CL, name: Chlorine}]}]
devices: {plc1: {type: modbus, host: 10.0.0.11, port: 502, unit: 1}}
tags:
  CL.SP: {device: plc1, address: {table: holding, register: 0}, area: disinfection, equipment: CL, description: Dose}
historian: {type: duckdb}
dashboard: {port: 0}
`;

let dir = '';
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-case-'));
  writeFileSync(join(dir, 'plant.yaml'), plant);
  using state = openState(join(dir, 'data'));
  state.alerts.append(changeOf(1));
  state.alerts.append(changeOf(2, { kind: 'commented', by: { role: 'analyst', user: 'Ada Lovelace' }, note: 'Planned?' }));
  const tags = tableOf({ plc1: ['CL.SP'] });
  await using log = await EventLog.open({ dir: join(dir, 'data', 'events'), tags, logger: silentLogger });
  const ends = { client: '10.0.0.66', server: '10.0.0.11', port: 502, protocol: 'modbus', device: 'plc1' } as const;
  const write = { type: 'wire-write', tap: 'tap', ends, operation: 'FC6', target: 'holding 0' } as const;
  for (const [seconds, after] of [
    [-61, 11],
    [-60, 12],
    [59, 13],
    [60, 14],
  ] as const)
    await log.take(
      observeEvent({ ...write, time: intrusion.since + seconds * 1_000, tag: 0, before: 1, after, accepted: false }),
    );
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function write(name: string, ...argv: string[]): Promise<string> {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const program = new Command();
  caseCommand(program);
  const out = join(dir, name);
  const common = ['case', join(dir, 'plant.yaml'), '--data', join(dir, 'data'), '--out', out];
  await program.parseAsync([...common, '--incident', 'INC-000017', ...argv], { from: 'user' });
  return readFileSync(out, 'utf8');
}

it('writes an incident as STIX, MISP and HTML without names of users, and records it', async () => {
  const stix = await write('a.stix.json', '--tlp', 'clear');
  expect(stixProblems(JSON.parse(stix))).toEqual([]);
  expect(stix).toContain('"dst_port": 502');
  const misp = await write('a.misp.json');
  expect(mispEventRules.safeParse(JSON.parse(misp)).success).toBe(true);
  const html = await write('a.html');
  for (const text of [stix, misp, html]) {
    expect(text).toMatch(/user-[0-9a-f]{12}/);
    expect(text).not.toContain('Lovelace');
  }
  // traffic within 60 s of the write
  expect([11, 12, 13, 14].filter((after) => html.includes(`CL.SP (holding 0): 1 → ${after}, refused by the device`))).toEqual([
    12, 13,
  ]);
  using state = openState(join(dir, 'data'));
  expect(state.audit.read({ limit: 10, action: 'case.exported' }).map(({ object, after }) => [object, after])).toEqual([
    ['INC-000017', 'a.html, TLP:AMBER'],
    ['INC-000017', 'a.misp.json, TLP:AMBER'],
    ['INC-000017', 'a.stix.json, TLP:CLEAR'],
  ]);
});

it('refuses an unknown incident and an unknown format', async () => {
  await expect(write('b.html', '--incident', 'INC-2')).rejects.toThrow('there is no incident INC-2');
  await expect(write('b.pcapng')).rejects.toThrow('no packets are stored for INC-000017');
  await expect(write('b.pdf')).rejects.toThrow('the ending of the file states its format');
});
