import { Counter, Gauge, Registry } from '@prometheus-io/client';
import type { Metric, Metrics, MetricSample } from '../core/metrics.ts';

/** The metrics of a run in the text format of Prometheus. */
export interface Exposition {
  readonly contentType: string;
  /** The present values. */
  text(): Promise<string>;
}

/** Exposes all metrics of a run. One that appears later is exposed from then on. */
export function exposeMetrics(metrics: Metrics): Exposition {
  const registry = new Registry();
  const current = new Map<string, Iterable<MetricSample>>();
  const known = new Set<string>();
  return {
    contentType: registry.contentType,
    text: async () => {
      for (const { metric, samples } of metrics.read()) {
        current.set(metric.name, samples);
        if (known.has(metric.name)) continue;
        known.add(metric.name);
        register(registry, metric, () => current.get(metric.name) ?? []);
      }
      return await registry.metrics();
    },
  };
}

function register(registry: Registry, { type, name, help, labels = [] }: Metric, read: () => Iterable<MetricSample>): void {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === 'gauge') {
    const gauge = new Gauge({
      ...options,
      collect: () => {
        gauge.reset();
        for (const { labels: of = {}, value } of read()) gauge.set(of, value);
      },
    });
    return;
  }
  const counter = new Counter({
    ...options,
    collect: () => {
      counter.reset();
      for (const { labels: of = {}, value } of read()) counter.inc(of, value);
    },
  });
}
