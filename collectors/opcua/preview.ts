import type { CollectorPlan, CollectorTarget } from '../../src/core/collector.ts';
import type { OpcuaConfig } from './config.ts';

/** Planned requests to a server, as far as they are known before the server has stated its limits and nodes. */
export function preview(config: OpcuaConfig, { device, tags }: CollectorTarget): CollectorPlan {
  const byPeriod = [...Map.groupBy(tags.ofDevice(device), (index) => tags.at(index).scanMs)].toSorted(([a], [b]) => a - b);
  const { mode, sampling, publishingMs, itemsPerCall, nodesPerRead, maxRequestsPerSecond } = config;
  const count = byPeriod.reduce((sum, [, indices]) => sum + indices.length, 0);
  const unknown = 'what nodes a server has, and how many it takes at once, is known when it has been asked';
  if (mode === 'subscribe') {
    const rates = byPeriod.map(([periodMs, { length }]) => `${length} every ${periodMs} ms`).join(', ');
    const sampled = sampling === 'scan' ? `sampled by the server, ${rates}` : 'told whenever the server sees them change';
    const calls = Math.ceil(count / itemsPerCall);
    const text = `${count} monitored items in a subscription that reports every ${publishingMs} ms; ${sampled}; ${calls} requests set them up`;
    return { requests: [], notes: [text, unknown], problems: [] };
  }
  const requests = byPeriod.flatMap(([periodMs, indices]) => {
    const parts = Array.from({ length: Math.ceil(indices.length / nodesPerRead) }, (_, i) =>
      indices.slice(i * nodesPerRead, (i + 1) * nodesPerRead),
    );
    return parts.map((part) => ({
      periodMs,
      unit: '',
      operation: 'Read',
      target: `${part.length} nodes`,
      count: part.length,
      unasked: 0,
      tags: part.map((index) => tags.at(index).name),
    }));
  });
  const perSecond = requests.reduce((sum, { periodMs }) => sum + 1000 / periodMs, 0);
  const problems =
    perSecond <= maxRequestsPerSecond
      ? []
      : [
          {
            text: `${perSecond.toFixed(1)} reads per second are needed, and the budget lets ${maxRequestsPerSecond} through`,
            hint: 'raise maxRequestsPerSecond if the server bears it, or give tags a slower scan class',
          },
        ];
  return { requests, notes: [unknown], problems };
}
