import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ChangedConfiguration } from '../core/changed-configuration.ts';
import type { Clock } from '../core/clock.ts';
import type { Damage } from '../core/damage.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import { reducedDevice, selfDetector, selfName } from '../core/self-device.ts';
import type { PartStatus } from '../core/supervisor.ts';
import {
  configurationWords,
  faultOfPart,
  type FaultWords,
  noticeWords,
  protectionWords,
  reducedWords,
  type SelfFault,
  words,
} from './self-faults.ts';

import type { Reduced } from './reduced.ts';

export type { SelfFault } from './self-faults.ts';

/** Reports faults of the monitor itself. Each is an alarm of priority 1 with one finding, for as long as it lasts. */
export class SelfWatch {
  readonly #clock: Clock;
  readonly #report: (change: FindingChange) => void;
  readonly #open = new Map<string, Finding>();
  /** Keys of what reduces the protection now. */
  #reduced: ReadonlySet<string> = new Set();
  #count = 0;
  /** Detail of the historian's alarm while the historian is away. */
  #storeFault: string | undefined;

  constructor(clock: Clock, report: (change: FindingChange) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** True while a fault without a name is reported. */
  has(fault: SelfFault): boolean {
    return this.#open.has(fault);
  }

  /**
   * Reports the begin and the end of a fault, for `not-kept` also each change of its detail.
   * @param of name of the faulty object, if there are several
   * @param detail sentence that is appended to that of the fault
   * @param title replaces the fault's own title
   */
  set(
    fault: SelfFault,
    present: boolean,
    { of = '', detail = '', title }: { readonly of?: string; readonly detail?: string; readonly title?: string } = {},
  ): void {
    const key = of === '' ? fault : `${fault}/${of}`;
    const open = this.#open.get(key);
    if (!present && open === undefined) return;
    const now = this.#clock.now();
    const wording = words(fault, of);
    const explained = (fault === 'not-kept' ? `${detail} ${wording.sentence}` : `${wording.sentence} ${detail}`).trim();
    if (open !== undefined && present) {
      // the delay of the monitor changes each second, the list of unsaved data rarely
      if (fault !== 'not-kept' || open.explanation.sentence === explained) return;
      const changed = { ...open, updatedAt: now, explanation: { ...open.explanation, sentence: explained } };
      this.#open.set(key, changed);
      this.#report({ change: 'update', finding: changed });
      return;
    }
    if (open !== undefined) {
      this.#open.delete(key);
      this.#report({ change: 'end', finding: { ...open, updatedAt: now, endedAt: now } });
      return;
    }
    const text = { ...wording, title: title ?? wording.title, sentence: explained };
    const finding = this.#findingOf(key, wording.part === undefined ? selfName : `${selfName}/${wording.part}`, text);
    this.#open.set(key, finding);
    this.#report({ change: 'begin', finding });
  }

  /** Raises an alarm for a damaged file for the rest of the run. Each file counts as a device, so that each has its own alarm. */
  noteDamage({ title, file, reason, lost, movedTo, action }: Damage): void {
    const name = basename(file);
    const where = movedTo === undefined ? '' : ` It was moved to ${movedTo}.`;
    const text = {
      title: title ?? `Damaged: ${name}`.slice(0, 48),
      sentence: `${file} ${reason}. ${lost}${where}`,
      normalIf: 'Normal: every file of the data directory can be read.',
      response: action,
    };
    this.#report({ change: 'begin', finding: this.#findingOf(`damage/${file}`, `${selfName}/${name}`, text) });
  }

  /** Reports an event that is already over, e.g. a blocked main thread. */
  report(fault: SelfFault, detail: string): void {
    this.set(fault, true, { detail });
    this.set(fault, false);
  }

  /** Raises an alarm about an act that reduces the protection of the plant. The act is over at once, its alarm waits for an operator. */
  noteProtection(act: string): void {
    this.#note('protection', protectionWords(act));
  }

  /**
   * Reports all that reduces the protection of the plant now, as one alarm for as long as something does. What is new calls an operator
   * again, also if the alarm is acknowledged, unless it is quiet.
   */
  setReduced(all: readonly Reduced[]): void {
    const open = this.#open.get(reducedDevice);
    const known = this.#reduced;
    this.#reduced = new Set(all.map(({ key }) => key));
    const isNew = open === undefined || all.some(({ key, isQuiet }) => !isQuiet && !known.has(key));
    const words = reducedWords(all.map(({ text }) => text));
    if (open !== undefined && all.length > 0 && !isNew && open.explanation.sentence === words.sentence) return;
    const now = this.#clock.now();
    if (open !== undefined && (all.length === 0 || isNew)) {
      this.#open.delete(reducedDevice);
      this.#report({ change: 'end', finding: { ...open, updatedAt: now, endedAt: now } });
    }
    if (all.length === 0) return;
    const finding =
      open === undefined || isNew
        ? { ...this.#findingOf('reduced', reducedDevice, words), id: `self/reduced/${idOf(all)}` }
        : { ...open, updatedAt: now, explanation: { ...open.explanation, sentence: words.sentence } };
    this.#open.set(reducedDevice, finding);
    this.#report({ change: open === undefined || isNew ? 'begin' : 'update', finding });
  }

  /** Raises an alarm about a changed configuration that cannot weaken the watch. */
  noteNotice(sentence: string): void {
    this.#note('configuration', noticeWords(sentence));
  }

  #note(channel: string, words: FaultWords): void {
    const finding = this.#findingOf(channel, `${selfName}/${channel}`, words);
    this.#report({ change: 'begin', finding });
    this.#report({ change: 'end', finding: { ...finding, endedAt: finding.updatedAt } });
  }

  /**
   * Raises the alarm about changed settings of the configuration. It has the same finding after a restart.
   * @returns function that ends it
   */
  noteConfiguration(changed: ChangedConfiguration): () => void {
    const { id } = changed;
    const words = configurationWords(changed);
    const finding = {
      ...this.#findingOf('configuration', `${selfName}/configuration/${id}`, words),
      id: `self/configuration/${id}`,
    };
    this.#report({ change: 'begin', finding });
    return () => {
      const now = this.#clock.now();
      this.#report({ change: 'end', finding: { ...finding, updatedAt: now, endedAt: now } });
    };
  }

  /** Processes the state of a part of the monitor: a part that does not run is a fault. */
  notePart({ name, state, lastError }: PartStatus): void {
    const known = faultOfPart(name);
    if (known === undefined) return;
    const { fault, of } = known;
    const detail = lastError === undefined ? '' : `Error: ${lastError}.`;
    if (fault === 'storing-stopped') {
      this.#storeFault = state === 'running' ? undefined : detail;
      this.#setStore();
    } else this.set(fault, state !== 'running', { of, detail });
  }

  /** @param detail data that are not stored, with the reason; undefined if everything is */
  noteNotKept(detail: string | undefined): void {
    this.set('not-kept', detail !== undefined, { detail: detail ?? '' });
    this.#setStore();
  }

  /** While data are not stored, that alarm also covers the historian: usually the cause is the same. */
  #setStore(): void {
    const isOwn = this.#storeFault !== undefined && !this.has('not-kept');
    this.set('storing-stopped', isOwn, { detail: this.#storeFault ?? '' });
  }

  #findingOf(channel: string, device: string, text: FaultWords): Finding {
    const { title, sentence, normalIf, response, priority = 1, techniques = [] } = text;
    const now = this.#clock.now();
    return {
      // the clock of a paused lab does not advance
      id: `self/${channel}/${now}/${++this.#count}`,
      detector: selfDetector,
      channel,
      area: '',
      equipment: '',
      device,
      tags: [],
      since: now,
      beganAt: now,
      updatedAt: now,
      score: 1,
      peak: 1,
      certainty: { kind: 'stated' },
      explanation: { title, sentence, normalIf, contributions: [], techniques },
      alarm: { priority, response },
    };
  }
}

/** Id of the alarm about what reduces the protection now. After a restart it is the same for the same reductions. */
const idOf = (all: readonly Reduced[]): string =>
  createHash('sha256')
    .update(JSON.stringify(all.map(({ key }) => key).toSorted()))
    .digest('hex')
    .slice(0, 8);
