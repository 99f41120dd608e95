import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isTest, sourceFiles } from '../../test/architecture/source.ts';
import { startReadModbusServer } from '../../test/support/modbus-simulator.ts';
import { type Peer, requirePeer } from '../../test/support/peers.ts';
import { TinyPlant } from '../../test/support/tiny-plant.ts';
import { loadConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import type { Logger } from '../core/plugin.ts';
import { registry } from './registry.ts';
import { serve } from './serve.ts';

const token = 'token-of-the-environment';

it('serves metrics of a running monitor to the holder of the token, with names that promtool accepts', async (test) => {
  const promtool = requirePeer('promtool', test);
  await using cleanup = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'scadawatch-metrics-'));
  cleanup.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const device = cleanup.use(await startReadModbusServer({ plant: new TinyPlant() }));
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
notifiers: [{type: webhook, url: 'http://127.0.0.1:9/', secret: 0123456789abcdef}]
dashboard: {port: 0, metricsToken: '\${env:METRICS_TOKEN}'}
`,
  );
  const lines: unknown[] = [];
  const log = (...line: unknown[]): void => void lines.push(line);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const config = await loadConfig(file, { registry, environment: { METRICS_TOKEN: token } });
  const serving = cleanup.use(await serve({ config, dataDir, clock: systemClock, logger, seed: 1 }));
  const scrape = async (): Promise<string> => {
    const response = await fetch(`${serving.dashboard.address}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    return response.status === 200 ? await response.text() : '';
  };
  await expect.poll(scrape, { timeout: 60_000, interval: 250 }).toMatch(/^scadawatch_historian_samples_total [1-9]/m);
  const text = await scrape();
  for (const line of [
    'scadawatch_device_up{device="plc1"} 1',
    'scadawatch_alerts_raised_total{priority="1"} 0',
    'scadawatch_notifications_total{notifier="webhook-1",outcome="failed"} 0',
    'scadawatch_spool_bytes 0',
    'scadawatch_queue_dropped_total{queue="detectors"} 0',
    'scadawatch_sign_in_failures_total 0',
    'scadawatch_part_running{part="collect plc1"} 1',
  ])
    expect(text).toContain(`${line}\n`);
  expect(text).toMatch(/^scadawatch_samples_total\{device="plc1"\} [1-9]/m);
  expect(text).toMatch(/^scadawatch_detection_lag_seconds /m);
  // the first canary passes collector, thread and alerts of this monitor, and raises no alert
  await expect.poll(scrape).toMatch(/^scadawatch_canary_delay_seconds\{stage="alert"\} /m);
  expect(await scrape()).toContain('scadawatch_alerts_raised_total{priority="A"} 0\n');
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    expect(name).toMatch(/^(scadawatch|process)_[a-z0-9_]+$/);
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    expect(text).toMatch(new RegExp(`^# HELP ${name} [A-Z0-9].*\\.$`, 'm'));
  }
  expect(complaints(promtool, text)).toBe('');
  // rules and dashboard of the example name only metrics that exist
  for (const file of ['alerts.yaml', 'grafana-dashboard.json']) {
    const names = readFileSync(join('examples/prometheus', file), 'utf8').match(/\b(scadawatch|process)_[a-z0-9_]+/g) ?? [];
    expect(names.length).toBeGreaterThan(6);
    for (const name of new Set(names)) expect(text, `${name} of ${file}`).toContain(`# TYPE ${name} `);
  }
  expect(JSON.stringify(lines)).not.toContain(token);
});

it('names the metrics of every plug-in as promtool accepts, also those that no running monitor has', (test) => {
  const promtool = requirePeer('promtool', test);
  const definition = /type: '(counter|gauge)',\s+name: '(\w+)',\s+help: '([^']+)'/g;
  const lines = sourceFiles()
    .filter((file) => !isTest(file) && existsSync(file))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(definition)])
    .map(([, type = '', name = '', help = '']) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} 1\n`);
  expect(lines.length).toBeGreaterThanOrEqual(10);
  expect(complaints(promtool, lines.join(''))).toBe('');
});

/** One line for each name that breaks a rule of Prometheus. */
const complaints = ({ path }: Peer, text: string): string => {
  const { status, stdout, stderr } = spawnSync(path, ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
};
