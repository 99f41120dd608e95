import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openState } from '../../state/state.ts';
import { main } from '../../main.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-alarms-'));
const at = (name: string): string => join(dir, name);
const data = at('data');
let printed: string[];

const alarms = (priority: number, id = 'T1-HIGH'): string => `
alarms:
  - {id: ${id}, match: {tags: [T1]}, priority: ${priority}, cause: a, consequence: b, response: c, respondWithin: 5m, owner: d}
`;

beforeAll(() => {
  const tag = '{device: plc1, address: {table: holding, register: 0}, area: a, equipment: E, description: Level}';
  writeFileSync(
    at('plant.yaml'),
    `site: {name: Small}
areas: [{id: a, name: A, equipment: [{id: E, name: E}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: 9}}
tags: {T1: ${tag}}
alarms: {records: alarms.yaml}
`,
  );
  writeFileSync(at('alarms.yaml'), alarms(2));
});
beforeEach(() => {
  printed = [];
  const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

async function scadawatch(...words: string[]): Promise<{ code: unknown; output: string }> {
  printed.length = 0;
  process.exitCode = 0;
  await main(['node', 'scadawatch', 'alarms', ...words, '--data', data]);
  const code = process.exitCode;
  process.exitCode = 0;
  return { code, output: printed.join('\n') };
}

it('exports the records of the file, imports a changed set with a reason, and exports that', async () => {
  expect((await scadawatch('export', at('plant.yaml'), '--out', at('first.csv'))).output).toContain('1 alarm records');
  writeFileSync(at('next.csv'), readFileSync(at('first.csv'), 'utf8').replace('T1-HIGH,2', 'T1-HIGH,3'));
  const imported = await scadawatch('import', at('plant.yaml'), at('next.csv'), '--reason', 'seldom urgent');
  expect(imported).toEqual({ code: 0, output: expect.stringContaining('0 alarm records added, 1 changed, 0 unchanged.') });
  expect(imported.output).toContain('Alarm record T1-HIGH: priority lowered from 2 to 3, by console.');
  await scadawatch('export', at('plant.yaml'), '--out', at('second.yaml'));
  expect(readFileSync(at('second.yaml'), 'utf8')).toContain('priority: 3');
  using state = openState(data);
  expect(state.alarmRecords.all()).toMatchObject([
    { version: 1, origin: 'file', record: { priority: 2 } },
    { version: 2, origin: 'person', reason: 'seldom urgent', record: { priority: 3 } },
  ]);
});

it('names the line of a wrong record, in the file of the configuration and in an imported one, and does not overwrite', async () => {
  writeFileSync(at('wrong.yaml'), alarms(7));
  const refused = await scadawatch('import', at('plant.yaml'), at('wrong.yaml'), '--reason', 'r');
  expect([refused.code, refused.output]).toEqual([2, expect.stringContaining('wrong.yaml:3:')]);
  writeFileSync(at('alarms.yaml'), alarms(2).replace('T1]', 'T9]'));
  const checked = await scadawatch('export', at('plant.yaml'));
  expect([checked.code, checked.output]).toEqual([
    2,
    expect.stringMatching(/alarms\.yaml:3:\d+ alarms\.0\.match\.tags: T9 fits nothing/),
  ]);
  writeFileSync(at('alarms.yaml'), alarms(2));
  expect((await scadawatch('export', at('plant.yaml'), '--out', at('first.csv'))).code).toBe(2);
});
