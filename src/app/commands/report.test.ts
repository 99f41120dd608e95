import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Alert } from '../../core/alert.ts';
import { openState } from '../../state/state.ts';
import { reportCommand } from './report.ts';

const plant = `
site: {name: Recorded, timeZone: Europe/Berlin}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}, {id: b, name: B}]
positions: [{name: Water, areas: [a], alarmBudget: 2}, {name: Air, areas: [b], alarmBudget: 2}]
devices: {plc1: {type: modbus, host: 10.0.0.11, port: 502, unit: 1}}
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: T, description: Level}
historian: {type: duckdb}
dashboard: {port: 0}
`;

/** 01:30 of the day with 25 h, for the second time. */
const raisedAt = Date.parse('2024-10-27T01:30Z');
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-report-'));
  writeFileSync(join(dir, 'plant.yaml'), plant);
  using state = openState(join(dir, 'data'));
  const explanation = { title: 'Level high', sentence: 'Level is high.', contributions: [], normalIf: '', techniques: [] };
  for (let i = 0; i < 12; i++) {
    const time = raisedAt + i * 10_000;
    const alert: Alert = {
      id: `ALT-${i}`,
      incident: 'INC-1',
      priority: i === 0 ? 'A' : 1,
      state: 'B',
      title: 'Level high',
      area: 'a',
      equipment: 'T',
      tags: ['LEVEL'],
      since: time,
      raisedAt: time,
      changedAt: time,
      findings: [],
      explanation,
      techniques: [],
      response: 'Close the inlet',
    };
    state.alerts.append({ sequence: i + 1, time, kind: 'raised', by: { role: 'monitor' }, alert });
  }
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function report(name: string, ...argv: string[]): Promise<string> {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const program = new Command();
  reportCommand(program);
  const out = join(dir, name);
  const common = ['report', join(dir, 'plant.yaml'), '--data', join(dir, 'data'), '--out', out];
  await program.parseAsync([...common, ...argv], { from: 'user' });
  return readFileSync(out, 'utf8');
}

it('reports a day of 25 h in the time zone of the site: anomalies apart from alarms, and a flood', async () => {
  const csv = await report('day.csv', '--date', '2024-10-27');
  expect(csv).toContain('from,2024-10-26T22:00:00.000Z\r\nto,2024-10-27T23:00:00.000Z');
  expect(csv).toMatch(/\r\nAlarms,11,0\.0733333,10\.56,/);
  expect(csv).toMatch(/\r\nAnomalies,1,/);
  expect(csv).toMatch(/\r\n2024-10-27T01:30:10\.000Z,[^,]*,11,11,LEVEL: Level high,[^,]*,LEVEL \(11\)\r\n/);
  expect(await report('day.html', '--date', '2024-10-27')).toContain('<td>2024-10-27 02:30:10</td>');
  // the day after it has the alerts that still stand, and no new ones
  expect(await report('next.csv', '--date', '2024-10-28', '--period', 'day')).toMatch(/\r\nAlarms,0,/);
  expect(await report('month.csv', '--date', '2024-10-01', '--period', 'month')).toMatch(/\r\nAlarms,11,/);
});

it('reports one operator position, and refuses what it cannot report', async () => {
  expect(await report('air.csv', '--date', '2024-10-27', '--position', 'Air')).toMatch(/\r\nAlarms,0,/);
  await expect(report('x.csv', '--position', 'Nobody')).rejects.toThrow('there is no position Nobody');
  await expect(report('x.csv', '--date', '2024-02-30')).rejects.toThrow('is not a date');
  await expect(report('x.csv', '--date', '9000-01-01')).rejects.toThrow('in the future');
  await expect(report('x.pdf')).rejects.toThrow('an .html or a .csv file');
});
