import type { Finding } from '../../core/finding.ts';
import type { MinorChange, MinorEnd, MinorFinding } from '../../core/minor.ts';
import { type MinorCourse, MinorMachine, type MinorRules, type MinorSnapshot } from './minor-machine.ts';

/** Describes the last surprise of a channel as if it were a finding. */
export type DescribeChannel = (slot: number, time: number, since: number) => Finding;

/** Minor findings of an engine: from the scores of its channels to changes. */
export class MinorWatch {
  readonly #machine: MinorMachine;
  readonly #describe: DescribeChannel;
  #changes: MinorChange[] = [];

  constructor(rules: MinorRules, describe: DescribeChannel) {
    this.#machine = new MinorMachine(rules);
    this.#describe = describe;
  }

  /** Changes since the last call. */
  take(): readonly MinorChange[] {
    const changes = this.#changes;
    if (changes.length > 0) this.#changes = [];
    return changes;
  }

  /** True if a report of the score must be processed. */
  concerns(slot: number, score: number): boolean {
    return this.#machine.concerns(slot, score);
  }

  /** Processes a score below 1 of a channel without a finding. */
  report(slot: number, time: number, score: number): void {
    const course = this.#machine.report(slot, time, score);
    if (course === undefined) return;
    const finding = this.#describe(slot, time, course.since);
    course.id = finding.id;
    this.#changes.push({ change: 'begin', finding: minorOf(finding, course, time) });
  }

  /** Ends the minor finding of a channel whose finding begins. */
  becomes(slot: number, time: number): void {
    const course = this.#machine.close(slot);
    if (course !== undefined) this.#end(course, time, 'finding');
  }

  /** Advances stream time. */
  pass(time: number): void {
    const { ended, changed } = this.#machine.pass(time);
    for (const [, course] of ended) this.#end(course, time, 'normal');
    for (const [slot, course] of changed) {
      // an explanation computed while the score falls would describe the end of the deviation
      const isPeak = course.peak > course.sent.peak && course.score === course.peak;
      const words = isPeak ? wordsOf(this.#describe(slot, time, course.since)) : undefined;
      course.sent = { score: course.score, peak: course.peak };
      this.#changes.push({ change: 'update', update: { ...figuresOf(course, time), words } });
    }
  }

  /** An update of each minor finding that has begun. */
  *open(time: number): Iterable<MinorChange> {
    for (const [, course] of this.#machine.begun()) yield { change: 'update', update: figuresOf(course, time) };
  }

  snapshot(): MinorSnapshot {
    return this.#machine.snapshot();
  }

  restore(snapshot: MinorSnapshot | undefined): void {
    this.#changes = [];
    if (snapshot !== undefined) this.#machine.restore(snapshot);
  }

  #end(course: MinorCourse, time: number, end: MinorEnd): void {
    this.#changes.push({ change: 'end', update: figuresOf(course, time), end });
  }
}

const figuresOf = ({ id, score, peak }: MinorCourse, updatedAt: number) => ({ id, updatedAt, score, peak });

const wordsOf = ({ tags, explanation: { title, sentence } }: Finding) => ({ tags, title, sentence });

const minorOf = (finding: Finding, { since, score, peak }: MinorCourse, updatedAt: number): MinorFinding => {
  const { id, detector, channel, area, equipment, device } = finding;
  const place = { id, detector, channel, area, equipment, ...(device === undefined ? {} : { device }) };
  return { ...place, since, updatedAt, score, peak, ...wordsOf(finding) };
};
