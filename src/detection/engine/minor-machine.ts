/** Begin and end of minor findings. Scores are quotients to the threshold of the channel. */
export const minorLevels = {
  /** Score from which a minor finding begins. */
  begin: 0.6,
  /** Score below which it may end. */
  end: 0.4,
  /** Consecutive reports and time at the first level before it begins: 3 reports and 10 s; one report for detectors of events. */
  reports: { sample: 3, vector: 3, event: 1 },
  holdMs: { sample: 10_000, vector: 10_000, event: 0 },
  /** Time without a score at the second level before it ends: 10 min, but at least 3 report periods. */
  quietMs: 600_000,
  quietPeriods: 3,
  /** Most begins in a minute of stream time. */
  perMinute: 60,
} as const;

/** Time between two sweeps, ms of stream time. */
const sweepMs = 60_000;
/** Changes of the score, and of the peak by a factor, that are reported. */
const notableStep = 0.05;
const notableGrowth = 1.1;

/** Rule of a channel. */
export interface MinorRule {
  /** 0 if the channel makes no minor findings. */
  readonly reports: number;
  readonly holdMs: number;
  readonly quietMs: number;
}

/** Distinct rules, and the index of the rule of each channel. */
export interface MinorRules {
  readonly rules: readonly MinorRule[];
  readonly of: Uint16Array;
}

/** State of a channel above the lower level. */
export interface MinorCourse {
  /** First report of the present run at the first level. */
  since: number;
  /** Consecutive reports at the first level. */
  reports: number;
  /** Last report at the second level. */
  lastHigh: number;
  score: number;
  peak: number;
  /** Id of the minor finding; empty until it begins. */
  id: string;
  /** Figures of its last change. */
  sent: { readonly score: number; readonly peak: number };
}

export interface MinorSnapshot {
  readonly courses: readonly (readonly [slot: number, course: MinorCourse])[];
  readonly sweptAt: number;
  readonly begins: number;
}

/** Result of a sweep. */
export interface Swept {
  readonly ended: readonly (readonly [slot: number, course: MinorCourse])[];
  readonly changed: readonly (readonly [slot: number, course: MinorCourse])[];
}

const nothing: Swept = { ended: [], changed: [] };

/**
 * Begin, change and end of minor findings, one per channel. Only channels above the lower level have a state. Ends and changes
 * are determined once a minute, so that their number is bounded. The number of begins in a minute is limited; others wait.
 */
export class MinorMachine {
  readonly #rules: MinorRules;
  /** 1 for channels with a course: a report needs no look-up in the map. */
  readonly #active: Uint8Array;
  readonly #courses = new Map<number, MinorCourse>();
  #sweptAt = Number.NaN;
  #begins = 0;

  constructor(rules: MinorRules) {
    this.#rules = rules;
    this.#active = new Uint8Array(rules.of.length);
  }

  /** True if a report of the score must be processed. */
  concerns(slot: number, score: number): boolean {
    return score >= minorLevels.begin || this.#active[slot] === 1;
  }

  /** Processes a report below 1. @returns the course if a minor finding begins; the caller sets its id */
  report(slot: number, time: number, score: number): MinorCourse | undefined {
    const rule = this.#rule(slot);
    if (rule.reports === 0) return undefined;
    const isHigh = score >= minorLevels.begin;
    const known = this.#courses.get(slot);
    if (known === undefined && !isHigh) return undefined;
    const course = known ?? this.#start(slot, time);
    course.score = score;
    if (score >= minorLevels.end) course.lastHigh = time;
    if (course.id !== '') {
      course.peak = Math.max(course.peak, score);
      return undefined;
    }
    if (!isHigh) {
      this.#drop(slot);
      return undefined;
    }
    course.peak = Math.max(course.peak, score);
    course.reports++;
    if (course.reports < rule.reports || time - course.since < rule.holdMs || this.#begins >= minorLevels.perMinute)
      return undefined;
    this.#begins++;
    course.sent = { score, peak: course.peak };
    return course;
  }

  /** Removes the course of a channel. @returns the course if a minor finding had begun */
  close(slot: number): MinorCourse | undefined {
    const course = this.#courses.get(slot);
    this.#drop(slot);
    return course === undefined || course.id === '' ? undefined : course;
  }

  /** Advances stream time. @returns ended and changed minor findings, once a minute */
  pass(time: number): Swept {
    if (time - this.#sweptAt < sweepMs || Number.isNaN(time)) return nothing;
    this.#sweptAt = time;
    this.#begins = 0;
    if (this.#courses.size === 0) return nothing;
    const ended: (readonly [number, MinorCourse])[] = [];
    const changed: (readonly [number, MinorCourse])[] = [];
    for (const [slot, course] of this.#courses) {
      if (time - course.lastHigh >= this.#rule(slot).quietMs) {
        this.#drop(slot);
        if (course.id !== '') ended.push([slot, course]);
      } else if (course.id !== '' && isNotable(course)) {
        changed.push([slot, course]);
      }
    }
    return { ended, changed };
  }

  /** Courses of minor findings. */
  *begun(): Iterable<readonly [slot: number, course: MinorCourse]> {
    for (const entry of this.#courses) if (entry[1].id !== '') yield entry;
  }

  snapshot(): MinorSnapshot {
    return structuredClone({ courses: [...this.#courses], sweptAt: this.#sweptAt, begins: this.#begins });
  }

  restore(snapshot: MinorSnapshot): void {
    this.#courses.clear();
    this.#active.fill(0);
    for (const [slot, course] of structuredClone(snapshot.courses)) {
      this.#courses.set(slot, course);
      this.#active[slot] = 1;
    }
    this.#sweptAt = snapshot.sweptAt;
    this.#begins = snapshot.begins;
  }

  #rule(slot: number): MinorRule {
    return this.#rules.rules[this.#rules.of[slot] as number] as MinorRule;
  }

  #start(slot: number, time: number): MinorCourse {
    const course = { since: time, reports: 0, lastHigh: time, score: 0, peak: 0, id: '', sent: { score: 0, peak: 0 } };
    this.#courses.set(slot, course);
    this.#active[slot] = 1;
    return course;
  }

  #drop(slot: number): void {
    this.#courses.delete(slot);
    this.#active[slot] = 0;
  }
}

const isNotable = ({ score, peak, sent }: MinorCourse): boolean =>
  Math.abs(score - sent.score) >= notableStep || peak >= sent.peak * notableGrowth;
