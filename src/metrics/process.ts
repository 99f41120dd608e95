import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metric, Metrics } from '../core/metrics.ts';

/** Period at which the event loop is sampled, ms. */
const loopMs = 20;

const info: Metric = {
  type: 'gauge',
  name: 'scadawatch_build_info',
  help: 'Always 1; the label has the version.',
  labels: ['version'],
};
const started: Metric = {
  type: 'gauge',
  name: 'process_start_time_seconds',
  help: 'Start of the process, seconds since 1970.',
};
const cpu: Metric = { type: 'counter', name: 'process_cpu_seconds_total', help: 'Time on a CPU, all threads together.' };
const memory: Metric = {
  type: 'gauge',
  name: 'process_resident_memory_bytes',
  help: 'Memory of the process, all threads together.',
};
const lag: Metric = {
  type: 'gauge',
  name: 'scadawatch_event_loop_lag_seconds',
  help: 'Longest delay of the main thread since the last scrape.',
};

/** Observes the process itself. Returns the function that ends it. */
export function measureProcess(metrics: Metrics, run: { readonly version: string; readonly startedAt: number }): () => void {
  const loop = monitorEventLoopDelay({ resolution: loopMs });
  loop.enable();
  metrics.set(info, 1, { version: run.version });
  metrics.set(started, run.startedAt / 1000);
  metrics.observe(cpu, () => {
    const { user, system } = process.cpuUsage();
    return [{ value: (user + system) / 1e6 }];
  });
  metrics.observe(memory, () => [{ value: process.memoryUsage.rss() }]);
  metrics.observe(lag, () => {
    const value = loop.max / 1e9;
    loop.reset();
    // the histogram counts whole periods
    return [{ value: Math.max(0, value - loopMs / 1000) }];
  });
  return () => loop.disable();
}
