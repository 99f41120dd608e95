import type { Metric, Metrics } from '../../core/metrics.ts';

const skipped: Metric = {
  type: 'counter',
  name: 'scadawatch_polls_skipped_total',
  help: 'Polls that were left out because earlier ones took too long.',
  labels: ['device'],
};
const late: Metric = {
  type: 'gauge',
  name: 'scadawatch_poll_delay_seconds',
  help: 'Longest delay of a poll behind its schedule since the device was connected.',
  labels: ['device'],
};

/** Reports the state of a device's schedule. */
export function reportSchedule(metrics: Metrics, device: string, schedule: { skipped: number; lateMs: number }): void {
  metrics.set(skipped, schedule.skipped, { device });
  metrics.set(late, schedule.lateMs / 1000, { device });
}
