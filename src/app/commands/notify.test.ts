import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { openHttpReceiver } from '../../../test/support/http-receiver.ts';
import { main } from '../../main.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-notify-test-'));
const file = join(dir, 'plant.yaml');
let printed: string[] = [];
beforeEach(() => {
  const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function notifyTest(notifiers: string, ...words: string[]): Promise<{ code: unknown; output: string }> {
  printed = [];
  writeFileSync(
    file,
    `site: {name: Small}
areas: [{id: a, name: A, equipment: [{id: E, name: E}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: 9}}
tags: {T1: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: E, description: Level}}
notifiers: ${notifiers}
`,
  );
  process.exitCode = 0;
  await main(['node', 'scadawatch', 'notify', 'test', file, ...words]);
  const code = process.exitCode;
  process.exitCode = 0;
  return { code, output: printed.join('\n') };
}

it('sends one alert that says it is a test, by the named notifier alone', async () => {
  await using receiver = await openHttpReceiver();
  await using other = await openHttpReceiver();
  const list = `[{type: slack, url: "${other.url}"}, {type: slack, url: "${receiver.url}"}]`;
  const { code, output } = await notifyTest(list, 'slack-2');
  expect([code, output]).toEqual([0, 'ok   slack-2: the test alert was sent']);
  expect(other.bodies).toEqual([]);
  expect(JSON.stringify(receiver.bodies)).toContain('nothing has happened in the plant');
});

it('names each receiver that refuses, without its secret, and what to do', async () => {
  await using receiver = await openHttpReceiver(403);
  const { code, output } = await notifyTest(`[{type: slack, url: "${receiver.url}"}]`);
  expect(code).toBe(1);
  expect(output).toMatch(/^FAIL slack-1: slack http:\/\/127\.0\.0\.1:\d+: HTTP 403\n {7}see that/);
  expect(output).not.toContain('hidden');
});

it('lists the undelivered changes of each notifier by their numbers', async () => {
  mkdirSync(join(dir, 'notify', 'slack-1'), { recursive: true });
  const position = {
    epoch: 'e',
    sequence: 40,
    undelivered: [
      [3, 3],
      [17, 20],
    ],
  };
  writeFileSync(join(dir, 'notify', 'slack-1', 'told.json'), JSON.stringify(position));
  printed = [];
  await main(['node', 'scadawatch', 'notify', 'undelivered', '--data', dir]);
  expect(printed).toEqual(['slack-1: sent up to 40, undelivered 3, 17–20']);
});

it('names the notifiers of the configuration if there is none of the name', async () => {
  const { code, output } = await notifyTest('[{type: slack, url: "http://127.0.0.1:9/x"}]', 'pager');
  expect(code).toBe(2);
  expect(output).toContain('has no notifier pager');
  expect(output).toContain('its notifiers are slack-1');
});
