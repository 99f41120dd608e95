import { expect, it } from 'vitest';
import { type Metric, Metrics } from '../core/metrics.ts';
import { exposeMetrics } from './exposition.ts';
import { measureProcess } from './process.ts';

const polls: Metric = { type: 'counter', name: 'scadawatch_polls_total', help: 'Polls.', labels: ['device'] };
const depth: Metric = { type: 'gauge', name: 'scadawatch_depth', help: 'Depth.' };

it('exposes present values, also of metrics and labels that appear later or vanish', async () => {
  const metrics = new Metrics();
  const exposition = exposeMetrics(metrics);
  expect(exposition.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  metrics.add(polls, 2, { device: 'a "quoted"\nname' });
  expect(await exposition.text()).toBe(
    '# HELP scadawatch_polls_total Polls.\n# TYPE scadawatch_polls_total counter\nscadawatch_polls_total{device="a \\"quoted\\"\\nname"} 2\n',
  );
  metrics.add(polls, 3, { device: 'a "quoted"\nname' });
  let devices = ['x', 'y'];
  const temperature: Metric = { ...depth, labels: ['device'] };
  metrics.observe(temperature, () => devices.map((device, value) => ({ labels: { device }, value })));
  expect((await exposition.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'scadawatch_polls_total{device="a \\"quoted\\"\\nname"} 5',
    'scadawatch_depth{device="x"} 0',
    'scadawatch_depth{device="y"} 1',
  ]);
  devices = ['y'];
  expect(await exposition.text()).not.toContain('device="x"');
});

it('shows the process: version, start, CPU, memory and the delay of its event loop', async () => {
  const metrics = new Metrics();
  const end = measureProcess(metrics, { version: '1.2.3', startedAt: 1_800_000_000_000 });
  const text = await exposeMetrics(metrics).text();
  end();
  expect(text).toContain('scadawatch_build_info{version="1.2.3"} 1\n');
  expect(text).toContain('process_start_time_seconds 1800000000\n');
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'scadawatch_event_loop_lag_seconds'])
    expect(text).toMatch(new RegExp(`^${name} [0-9.e+-]+$`, 'm'));
});
