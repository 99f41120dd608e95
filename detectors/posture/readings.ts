import { formatDuration } from '../../src/core/format.ts';
import type { Event, PostureEvent } from '../../src/core/observation.ts';
import type { Kind } from './cases.ts';

/** Content of an event about a device; a score of at least 1 is a finding. */
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

/** Score by weight: a change that needs attention, and one that resembles an attack. */
const scoreOf: Readonly<Record<PostureEvent['weight'], number>> = { note: 0, warning: 1, alarming: 2 };

/** Identity fields that describe the program in the device. */
const firmware = /firmware|software|revision|version|build/i;
/** Identity fields that describe the device itself. */
const itself = /serial|product ?code|product ?name|vendor|model|manufacturer/i;

/** ATT&CK techniques (v19) that may cause a change of a subject. */
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

/** Change of the identity of a device or of its program. */
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
    text: `The identity of ${device} changed: ${changes.slice(0, 4).join(', ')}${changes.length > 4 ? ' and more' : ''}`,
    techniques: techniques.length > 0 ? techniques : ['T0889'],
    lasts: false,
  };
}

/** Change reported by a collector, other than a value. Restarts are counted elsewhere. */
export function ofPosture({ device, subject, text, weight, before, after }: PostureEvent): Reading | undefined {
  if (subject === 'start-time' || weight === 'note') return undefined;
  const ending = /certificate/.test(subject) && before === '' ? 'certificate' : undefined;
  const kind: Kind = subject === 'own-certificate' ? 'certificate' : (ending ?? 'change');
  const description = text === '' ? change(subject, before || undefined, after || undefined) : text.replace(/\.$/, '');
  return {
    kind,
    score: scoreOf[weight],
    subject,
    text: `${device}: ${description}`,
    techniques: kind === 'certificate' ? [] : (techniquesOf[subject] ?? []),
    lasts: false,
  };
}

/** Step of the monitor's clock, or clock offset of a device. */
export function ofClock(device: string | undefined, offsetMs: number, limitMs: number): Reading {
  const by = formatDuration(Math.abs(offsetMs));
  const ahead = offsetMs > 0;
  return {
    kind: 'clock',
    score: Math.abs(offsetMs) / limitMs,
    subject: 'clock',
    text:
      device === undefined
        ? `The clock of the monitor was set ${ahead ? 'forward' : 'back'} by ${by}: times before and after are not comparable`
        : `The clock of ${device} is ${by} ${ahead ? 'ahead of' : 'behind'} the clock of the monitor`,
    techniques: device === undefined ? [] : ['T1692.002'],
    lasts: device !== undefined,
  };
}

/** Restarts of a device within ten minutes. */
export function ofRestarts(device: string, count: number, limit: number): Reading {
  return {
    kind: 'restart',
    score: count / limit,
    subject: 'start-time',
    text: `${device} restarted ${count === 1 ? 'once' : `${count} times`} within 10 min`,
    techniques: ['T0816', 'T0814'],
    lasts: false,
  };
}
