/** A span of the timeline: its highest score, and whether a row in it was in alarm, labelled, or taught. */
export interface Span {
  score: number;
  alarm: boolean;
  label: boolean;
  taught: boolean;
}

const mostSpans = 1_000;

/**
 * Rows in time, in at most a thousand equal spans however many there are and whenever they end: the spans double when the
 * rows run past them.
 */
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

  /** Usual time from one row to the next, ms. */
  get stepMs(): number {
    return (this.#to - this.#from) / Math.max(1, this.#rows - 1);
  }

  /** In order of time. A row lasts until the next one, or twice as long as usual: undefined where none was for longer. */
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
