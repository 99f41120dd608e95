import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { selfSigned } from '../../../dashboard/server/testing/certificate.ts';
import { main } from '../../main.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-check-'));
const file = join(dir, 'plant.yaml');
const data = join(dir, 'data');
let printed: string[];

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

async function scadawatch(command: string, dashboard: string, ...words: string[]): Promise<{ code: unknown; output: string }> {
  printed.length = 0;
  writeFileSync(
    file,
    `
site: {name: Small}
areas: [{id: a, name: A, equipment: [{id: E, name: E}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: 9}}
tags: {T1: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: E, description: Level}}
dashboard: ${dashboard}
`,
  );
  process.exitCode = 0;
  await main(['node', 'scadawatch', command, file, '--data', data, ...words]);
  const code = process.exitCode;
  process.exitCode = 0;
  return { code, output: printed.join('\n') };
}
const checkOffline = (dashboard: string) => scadawatch('check', dashboard, '--offline');

it('reports what run would refuse: binding, address, certificate, key, data directory', async () => {
  const { cert, key } = selfSigned(dir);
  const other = selfSigned(mkdtempSync(join(dir, 'other-')));
  chmodSync(key, 0o600);
  chmodSync(other.key, 0o600);
  const refused = [
    '{host: 0.0.0.0}',
    '{host: 192.0.2.1, port: 0, tls: {cert: "/nowhere/c.pem", key: "/nowhere/k.pem"}}',
    `{port: 0, host: 192.0.2.1, tls: {cert: "${cert}", key: "${key}"}}`,
    `{port: 0, tls: {cert: "${cert}", key: "${other.key}"}}`,
  ];
  for (const dashboard of refused) {
    const checked = await checkOffline(dashboard);
    expect([checked.code, checked.output], dashboard).toEqual([2, expect.stringMatching(/^FAIL dashboard/)]);
    const ran = await scadawatch('run', dashboard);
    expect(ran.code, ran.output).toBe(2);
    expect(checked.output.replaceAll(/^(FAIL| +) ?/gm, '').trim()).toContain(ran.output.split('\n')[0]);
  }
  writeFileSync(join(dir, 'plain'), '');
  const { code, output } = await scadawatch('check', '{port: 0}', '--offline', '--data', join(dir, 'plain', 'data'));
  expect([code, output]).toEqual([2, expect.stringContaining('data directory')]);
}, 120_000);

it('accepts the configuration of a monitor that already runs on its port', async () => {
  const running = createServer();
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  const { port } = running.address() as { port: number };
  try {
    expect(await checkOffline(`{port: ${port}}`)).toMatchObject({ code: 0, output: expect.stringContaining('no problem found') });
  } finally {
    running.close();
  }
});

const hook = (more: string): string => `{type: webhook, url: "http://127.0.0.1:9/x", secret: only-for-this-test-0123${more}}`;
const withNotifiers = (notifiers: string, more = '') => checkOffline(`{port: 0}\nnotifiers: ${notifiers}\n${more}`);

it('names the alerts that no notifier receives, and when', async () => {
  const night = "route: [{priorities: [1, 2, 3], hours: {from: '18:00', to: '06:00'}}]";
  const { code, output } = await withNotifiers(`[${hook(`, ${night}`)}]`);
  expect(code).toBe(0);
  expect(output).toContain('note no notifier receives anomalies of every area\n');
  expect(output).toContain('note no notifier receives alarms of priority 1 of every area from mon 06:00 to mon 18:00, tue 06:00');
  expect((await withNotifiers(`[${hook('')}]`)).output).not.toContain('note');
});

it('refuses settings of notifiers that are wrong, each with its reason', async () => {
  const slack = '{type: slack, url: "http://127.0.0.1:9/x", template: {title: "{titel}"}}';
  const names = await withNotifiers(`[${hook(', route: [{areas: [b]}]')}, ${slack}]`);
  expect(names.code).toBe(2);
  expect(names.output).toContain('notifiers.0.route.0.areas.0: there is no area b; known: a');
  expect(names.output).toContain('notifiers.1.template.title: there is no {titel}; known: change, priority');
  const hours = await withNotifiers(`[${hook(', route: [{}]')}, ${hook(", route: [{hours: {from: '25:00'}}]")}]`);
  expect(hours.output).toContain('notifiers.0.route.0: give a condition');
  expect(hours.output).toContain('notifiers.1.route.0.hours.from: a time of day such as 06:00');
});

it('refuses settings of notifiers that have no effect, and destinations that are not allowed', async () => {
  const entries = ['{type: syslog, host: siem.example, remind: 5m}', hook('')];
  const allowed = "notifications: {destinations: ['siem.example:6514']}";
  const { code, output } = await withNotifiers(`[${entries.join(', ')}]`, allowed);
  expect(code).toBe(2);
  expect(output).toContain('notifier syslog-1: remind has no effect');
  expect(output).toContain('notifier webhook-2 may not reach 127.0.0.1:9');
});
