/** Definition of a metric, in the terms and with the naming rules of Prometheus. */
export interface Metric {
  /** `counter` only grows; its name ends in `_total`. */
  readonly type: 'counter' | 'gauge';
  /** With the base unit at its end: `scadawatch_detection_lag_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** Values by the names of a metric's labels. Never a secret: every scrape shows them. */
export type Labels = Readonly<Record<string, string>>;

export interface MetricSample {
  readonly labels?: Labels;
  readonly value: number;
}

/** Largest delay of a poll that is the monitor's own, ms of stream time: collectors raise it, the monitor takes it. */
export const pollsLateMs = 'polls.lateMs';

interface Series {
  readonly metric: Metric;
  readonly samples: Map<string, { labels: Labels; value: number }>;
  read?: () => Iterable<MetricSample>;
}

const noLabels: Labels = {};
const keyOf = (labels: Labels): string => Object.values(labels).join('\0');

/** Metrics of one run, which `/metrics` shows. A part counts its own; the sum of a run starts at 0. */
export class Metrics {
  readonly #series = new Map<string, Series>();
  readonly #largest = new Map<string, number>();

  /** Adds to a counter. */
  add(metric: Metric, amount = 1, labels = noLabels): void {
    this.#sample(metric, labels).value += amount;
  }

  /** Sets a gauge, or a counter that something else counts. */
  set(metric: Metric, value: number, labels = noLabels): void {
    this.#sample(metric, labels).value = value;
  }

  /** Reads a metric at each scrape. A later source of the same metric replaces it. */
  observe(metric: Metric, read: () => Iterable<MetricSample>): void {
    this.#of(metric).read = read;
  }

  /** All metrics with their present values. */
  *read(): Iterable<{ readonly metric: Metric; readonly samples: Iterable<MetricSample> }> {
    for (const { metric, samples, read } of this.#series.values()) yield { metric, samples: read?.() ?? samples.values() };
  }

  /** The present value; 0 if nothing was counted. */
  value(metric: Metric, labels = noLabels): number {
    const { samples, read } = this.#of(metric);
    const key = keyOf(labels);
    return [...(read?.() ?? samples.values())].find((sample) => keyOf(sample.labels ?? noLabels) === key)?.value ?? 0;
  }

  /** Keeps the largest figure until it is taken. */
  raise(name: string, value: number): void {
    this.#largest.set(name, Math.max(value, this.#largest.get(name) ?? Number.NEGATIVE_INFINITY));
  }

  /** The figure, which begins anew; 0 where there is none. */
  take(name: string): number {
    const value = this.#largest.get(name) ?? 0;
    this.#largest.delete(name);
    return value;
  }

  #of(metric: Metric): Series {
    const known = this.#series.get(metric.name);
    if (known !== undefined) return known;
    const series: Series = { metric, samples: new Map() };
    this.#series.set(metric.name, series);
    return series;
  }

  #sample(metric: Metric, labels: Labels): { labels: Labels; value: number } {
    const { samples } = this.#of(metric);
    const key = keyOf(labels);
    const known = samples.get(key);
    if (known !== undefined) return known;
    const sample = { labels, value: 0 };
    samples.set(key, sample);
    return sample;
  }
}
