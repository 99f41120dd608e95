import type { Event, PostureEvent } from '../../src/core/observation.ts';
import { duration } from '../../src/streaming/words.ts';
import type { Kind } from './cases.ts';

/** What an event says of a device; a score of at least 1 is a finding. */
export interface Reading {
  readonly kind: Kind;
  readonly score: number;
  readonly subject: string;
  /** Sentence without its full stop. */
  readonly text: string;
  readonly techniques: readonly string[];
  readonly lasts: boolean;
}

type IdentityEvent = Extract<Event, { type: 'identity' }>;

/** Score of what a person should know, and of what an attack looks like. */
const scoreOf: Readonly<Record<PostureEvent['weight'], number>> = { note: 0, warning: 1, alarming: 2 };

/** Fields of an identity that say which program runs in the device. */
const firmware = /firmware|software|revision|version|build/i;
/** Fields that say which device it is. */
const itself = /serial|product ?code|product ?name|vendor|model|manufacturer/i;

/** ATT&CK techniques (v19) that a change of a subject can belong to. */
const techniquesOf: Readonly<Record<string, readonly string[]>> = {
  'server-state': ['T0858', 'T0816', 'T1691.002'],
  namespaces: ['T0889', 'T0843'],
  endpoints: ['T0859', 'T0830'],
  'address-space': ['T0889', 'T0843', 'T0836'],
  certificate: ['T0830', 'T0849'],
  sessions: ['T0859', 'T0848'],
  clients: ['T0848', 'T0859'],
  'rejected-sessions': ['T0859'],
  build: ['T1693.001', 'T0889'],
  alarms: ['T0838', 'T0878'],
  'data-type': ['T1692.002', 'T0889', 'T0830'],
};

const change = (name: string, before: string | undefined, after: string | undefined): string =>
  `${name} from ${before ?? 'nothing'} to ${after ?? 'nothing'}`;

/** A device that says that it is another, or that another program runs in it. */
export function ofIdentity({ device, identity, previous }: IdentityEvent): Reading | undefined {
  if (previous === undefined) return undefined;
  const names = [...new Set([...Object.keys(previous), ...Object.keys(identity)])]
    .filter((name) => previous[name] !== identity[name])
    .toSorted();
  if (names.length === 0) return undefined;
  const changes = names.map((name) => change(name, previous[name], identity[name]));
  const replaced = names.some((name) => itself.test(name) && !firmware.test(name));
  const certified = names.some((name) => /certificate|thumbprint/i.test(name));
  const reflashed = names.some((name) => firmware.test(name));
  const techniques = [...(reflashed ? ['T1693.001', 'T1693.002'] : []), ...(replaced || certified ? ['T0830', 'T0849'] : [])];
  return {
    kind: 'identity',
    score: 2,
    subject: names.join(', '),
    text: `${device} says of itself something else than before: ${changes.slice(0, 4).join(', ')}${changes.length > 4 ? ' and more' : ''}`,
    techniques: techniques.length > 0 ? techniques : ['T0889'],
    lasts: false,
  };
}

/** What a collector saw change beside the values. Restarts are counted elsewhere. */
export function ofPosture({ device, subject, text, weight, before, after }: PostureEvent): Reading | undefined {
  if (subject === 'start-time' || weight === 'note') return undefined;
  const ending = /certificate/.test(subject) && before === '' ? 'certificate' : undefined;
  const kind: Kind = subject === 'own-certificate' ? 'certificate' : (ending ?? 'change');
  const told = text === '' ? change(subject, before || undefined, after || undefined) : text.replace(/\.$/, '');
  return {
    kind,
    score: scoreOf[weight],
    subject,
    text: `${device}: ${told}`,
    techniques: kind === 'certificate' ? [] : (techniquesOf[subject] ?? []),
    lasts: false,
  };
}

/** The monitor's clock was set, or a device's is not where ours is. */
export function ofClock(device: string | undefined, offsetMs: number, limitMs: number): Reading {
  const by = duration(Math.abs(offsetMs));
  const ahead = offsetMs > 0;
  return {
    kind: 'clock',
    score: Math.abs(offsetMs) / limitMs,
    subject: 'clock',
    text:
      device === undefined
        ? `The monitor's own clock was set ${ahead ? 'forward' : 'back'} by ${by}, so that times before and after do not fit together`
        : `The clock of ${device} is ${by} ${ahead ? 'ahead of' : 'behind'} the monitor's`,
    techniques: device === undefined ? [] : ['T1692.002'],
    lasts: device !== undefined,
  };
}

/** A device that has started anew, so many times within ten minutes. */
export function ofRestarts(device: string, count: number, limit: number): Reading {
  return {
    kind: 'restart',
    score: count / limit,
    subject: 'start-time',
    text: `${device} has restarted ${count === 1 ? 'once' : `${count} times`} within ten minutes`,
    techniques: ['T0816', 'T0814'],
    lasts: false,
  };
}
