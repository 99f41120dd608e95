/** A span of the timeline: highest score, and whether any of its rows was in alarm, labelled or learned. */
export interface Span {
  score: number;
  alarm: boolean;
  label: boolean;
  taught: boolean;
}

const mostSpans = 1_000;

/** Rows over time in at most a thousand equal spans. The spans double in length when the rows exceed them. */
export class Timeline {
  #spans: (Span | undefined)[] = [];
  #spanMs = 1;
  #from = Number.NaN;
  #to = Number.NaN;
  #rows = 0;

  add(time: number, { score, alarm, label, taught }: Span): void {
    if (Number.isNaN(this.#from)) this.#from = time;
    this.#rows++;
    this.#to = Math.max(time, Number.isNaN(this.#to) ? time : this.#to);
    while (this.#indexOf(time) >= mostSpans) this.#halve();
    const index = this.#indexOf(time);
    const span = (this.#spans[index] ??= { score: 0, alarm: false, label: false, taught: false });
    span.score = Math.max(span.score, score);
    span.alarm ||= alarm;
    span.label ||= label;
    span.taught ||= taught;
  }

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  get spanMs(): number {
    return this.#spanMs;
  }

  /** Median time between rows, ms. */
  get stepMs(): number {
    return (this.#to - this.#from) / Math.max(1, this.#rows - 1);
  }

  /**
   * Spans in time order. A row lasts until the next one, but at most twice the median time; undefined for spans without a row.
   */
  get spans(): readonly (Span | undefined)[] {
    const lasting = Math.ceil((2 * this.stepMs) / this.#spanMs);
    let last = Number.NEGATIVE_INFINITY;
    return Array.from(this.#spans, (span, index) => {
      if (span !== undefined) last = index;
      return index - last < lasting ? this.#spans[last] : undefined;
    });
  }

  #indexOf(time: number): number {
    return Math.max(0, Math.floor((time - this.#from) / this.#spanMs));
  }

  #halve(): void {
    this.#spanMs *= 2;
    this.#spans = Array.from({ length: Math.ceil(this.#spans.length / 2) }, (_, index) => {
      const [a, b] = [this.#spans[2 * index], this.#spans[2 * index + 1]];
      if (a === undefined || b === undefined) return a ?? b;
      return {
        score: Math.max(a.score, b.score),
        alarm: a.alarm || b.alarm,
        label: a.label || b.label,
        taught: a.taught || b.taught,
      };
    });
  }
}
