import { graceMs, type ScanRule, type ScanSubject } from './rules.ts';

/** An item that a client touched for the first time. */
export interface Step {
  readonly walk: Walk;
  readonly time: number;
  state: 'open' | 'answered' | 'refused';
}

/** Maximum number of steps of a candidate. */
export const mostSteps = 256;

/** New items that one client touches at one target, one after another: a candidate for a scan. */
export class Walk {
  readonly subject: ScanSubject;
  readonly rule: ScanRule;
  /** Target in words: ` at 10.0.0.5:502 unit 1`. */
  readonly where: string;
  #steps: Step[] = [];
  /** Number of steps since, and at, recognition. */
  #count = 0;
  /** Last reported count; 0 before recognition. */
  #reported = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(subject: ScanSubject, rule: ScanRule, where: string) {
    this.subject = subject;
    this.rule = rule;
    this.where = where;
  }

  step(time: number): Step {
    if (time - this.#last > this.rule.windowMs) this.#reported = 0;
    this.#last = time;
    this.#count++;
    const step: Step = { walk: this, time, state: 'open' };
    if (this.#steps.length >= mostSteps) this.#steps.shift();
    this.#steps.push(step);
    return step;
  }

  /** True if unanswered steps may still make it a scan by the passage of time. */
  get waiting(): boolean {
    return this.#reported === 0 && this.#steps.length >= this.rule.failed;
  }

  /** Report that is due now: at recognition, and whenever the count has doubled since. */
  judge(time: number): { readonly count: number; readonly detail: string } | undefined {
    if (this.#reported > 0) return this.#count >= 2 * this.#reported ? this.#report(time) : undefined;
    const { rule } = this;
    if (this.#steps.length < Math.min(rule.failed, rule.any)) return undefined;
    this.#forget(time);
    if (this.#failed(time) < rule.failed && this.#steps.length < rule.any) return undefined;
    this.#count = this.#steps.length;
    return this.#report(time);
  }

  /** Removes its steps, so that a caller who still holds one of them holds nothing else. */
  clear(): void {
    this.#steps = [];
    this.#reported = 0;
  }

  #report(time: number): { count: number; detail: string } {
    this.#reported = this.#count;
    const failed = this.#failed(time);
    const recent = failed === 0 ? '' : `; of the last ${this.#steps.length}, ${failed} refused or unanswered`;
    return { count: this.#count, detail: `${this.#count} ${this.rule.noun}${this.where}${recent}` };
  }

  #failed(time: number): number {
    let failed = 0;
    for (const step of this.#steps) {
      if (step.state === 'refused' || (step.state === 'open' && time - step.time >= graceMs)) failed++;
    }
    return failed;
  }

  #forget(time: number): void {
    let old = 0;
    while (old < this.#steps.length && time - (this.#steps[old]?.time ?? time) > this.rule.windowMs) old++;
    if (old > 0) this.#steps.splice(0, old);
  }
}
