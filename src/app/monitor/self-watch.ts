import type { Clock } from '../../core/clock.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import type { PartStatus } from '../../core/supervisor.ts';

/** The name under which the monitor itself is a device of the site. */
export const selfName = 'monitor';

/** What can be wrong with the monitor itself. */
export type SelfFault = 'detection-stopped' | 'detection-late' | 'samples-dropped' | 'events-lost';

const words: Readonly<Record<SelfFault, { title: string; sentence: string; normalIf: string; response: string }>> = {
  'detection-stopped': {
    title: 'Monitor check failed: detection has stopped',
    sentence: 'The detectors of the monitor have stopped: nothing but this is being judged.',
    normalIf: 'It would be normal if the detection thread ran.',
    response: 'Watch the plant by its own alarms and restart scadawatch',
  },
  'detection-late': {
    title: 'Monitor check failed: detection is late',
    sentence: 'A check sample given to the detectors did not come back in time: alerts are late.',
    normalIf: 'It would be normal if check samples came back within 10 s.',
    response: 'Watch the plant by its own alarms; give scadawatch more of the machine',
  },
  'samples-dropped': {
    title: 'Historian: samples have been dropped',
    sentence: 'The store has been away for so long that the disk spool is full: samples are being dropped.',
    normalIf: 'It would be normal if the store took samples again.',
    response: 'Bring the store back or give the spool more room',
  },
  'events-lost': {
    title: 'Event log: events have been lost',
    sentence: 'The disk did not take some of what happened on devices and on the wire: evidence of it has gaps.',
    normalIf: 'It would be normal if the disk took every event.',
    response: 'See that the disk of the data folder is sound and not full, then restart scadawatch',
  },
};

/** The monitor watches itself: its own faults are alarms of priority 1, one finding each, for as long as they last. */
export class SelfWatch {
  readonly #clock: Clock;
  readonly #tell: (change: FindingChange) => void;
  readonly #open = new Map<SelfFault, Finding>();

  constructor(clock: Clock, tell: (change: FindingChange) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Says whether a fault is there now; only changes are told. */
  set(fault: SelfFault, present: boolean): void {
    const open = this.#open.get(fault);
    if (present === (open !== undefined)) return;
    const now = this.#clock.now();
    if (open !== undefined) {
      this.#open.delete(fault);
      this.#tell({ change: 'end', finding: { ...open, updatedAt: now, endedAt: now } });
      return;
    }
    const { title, sentence, normalIf, response } = words[fault];
    const finding: Finding = {
      id: `self/${fault}/${now}`,
      detector: 'self-watch',
      channel: fault,
      area: '',
      equipment: '',
      device: selfName,
      tags: [],
      since: now,
      beganAt: now,
      updatedAt: now,
      score: 1,
      peak: 1,
      certainty: { kind: 'stated' },
      explanation: { title, sentence, normalIf, contributions: [], techniques: [] },
      alarm: { priority: 1, response },
    };
    this.#open.set(fault, finding);
    this.#tell({ change: 'begin', finding });
  }

  /** Takes the state of a part of the monitor. */
  noteParts({ name, state }: PartStatus): void {
    if (name === 'detect') this.set('detection-stopped', state !== 'running');
  }
}
