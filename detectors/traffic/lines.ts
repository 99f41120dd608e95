import type { Figure, BaselineLine } from '../../src/detector-kit/facts.ts';
import type { Habit } from './habit-tree.ts';
import type { Habits } from './habits.ts';
import { effectOf, named } from './operations.ts';
import type { Kind } from './suspicion.ts';

/** Maximum number of entries of one channel; the least frequent ones are summarised in one more. */
const mostLines = 100;
const hourMs = 3_600_000;
/** Maximum length of a name in the API; certificates and node ids may be longer. */
const longestName = 200;
/** Latest representable time, ms. */
const latest = 8.64e15;

/** One baseline entry of normal traffic, its place, and the function that removes it. */
export interface HabitLine {
  /** The device, or `undefined` for a server that is no device. */
  readonly device: string | undefined;
  readonly kind: Kind;
  readonly line: BaselineLine;
  /** Number of occasions; the highest comes first. */
  readonly times: number;
  readonly forget: () => void;
}

/**
 * The baseline of normal traffic: clients, operations, writes, security of sessions, highest numbers of faults and scans, and pace.
 * @param paceMinutes complete minutes from which the pace of a conversation is judged
 */
export function habitLines(habits: Habits, paceMinutes: number): HabitLine[] {
  const all = [
    ...talks(habits),
    ...writes(habits),
    ...sessions(habits),
    ...addresses(habits),
    ...peaks(habits),
    ...paces(habits, paceMinutes),
  ];
  return all.map((one) => ({ ...one, line: { ...one.line, name: cut(one.line.name) } }));
}

const cut = (name: string): string =>
  name.length <= longestName ? name : `${name.slice(0, longestName / 2)}…${name.slice(1 - longestName / 2)}`;

/** Entries of one channel, the most frequent first: at most a hundred. */
export function bounded(lines: readonly HabitLine[]): Pick<HabitLine, 'line'>[] {
  const sorted = lines.toSorted((a, b) => b.times - a.times || (a.line.name < b.line.name ? -1 : 1));
  const rest = sorted.slice(mostLines);
  if (rest.length === 0) return sorted;
  const times = rest.reduce((sum, line) => sum + line.times, 0);
  const figures = { lines: constant(rest.length), times: constant(times) };
  return [...sorted.slice(0, mostLines), { line: { name: 'others', unit: '', figures } }];
}

function talks(habits: Habits): HabitLine[] {
  return [...habits.talks.root.under].flatMap(([client, { under }]) =>
    [...under].flatMap(([server, { under: ports }]) =>
      [...ports].flatMap(([port, habit]): HabitLine[] => {
        const device = deviceAt(habits, server, port);
        const path = [client, server, port];
        const name = `${client} to ${server} ${port}`;
        const forget = (steps: readonly string[]) => () => habits.talks.forget(steps);
        const operationLines = [...habit.under].flatMap(([unit, { under: operations }]) =>
          [...operations].map(([operation, one]): HabitLine => {
            const line = lineOf(`${name} ${unit} ${operation}`, one, habits, { asks: named(operation) });
            const kind = effectOf(operation) === 'write' ? 'write' : 'operation';
            return { device, kind, line, times: one.occasions, forget: forget([...path, unit, operation]) };
          }),
        );
        const line = lineOf(name, habit, habits);
        const forgetAll = (): void => {
          habits.talks.forget(path);
          // the silence of a removed client is no finding
          habits.paces.forget(path.join(' '));
        };
        return [{ device, kind: 'client', line, times: habit.occasions, forget: forgetAll }, ...operationLines];
      }),
    ),
  );
}

function writes(habits: Habits): HabitLine[] {
  return [...habits.writes.root.under].flatMap(([client, { under }]) =>
    [...under].flatMap(([part, { under: targets }]) =>
      [...targets].map(([target, habit]): HabitLine => {
        const line = lineOf(`${client} to ${part} ${target}`, habit, habits);
        const forget = () => habits.writes.forget([client, part, target]);
        return { device: soleDevice(habits, part), kind: 'write', line, times: habit.occasions, forget };
      }),
    ),
  );
}

function sessions(habits: Habits): HabitLine[] {
  return [...habits.sessions.root.under].flatMap(([server, { under }]) =>
    [...under].flatMap(([what, { under: all }]) =>
      [...all].map(([which, habit]): HabitLine => {
        const line = lineOf(`${server} ${what} ${which}`, habit, habits);
        const forget = () => habits.sessions.forget([server, what, which]);
        return { device: habits.devices.get(server), kind: 'session', line, times: habit.occasions, forget };
      }),
    ),
  );
}

function addresses(habits: Habits): HabitLine[] {
  return [...habits.addresses.root.under].flatMap(([ip, { under }]) =>
    [...under].map(([address, habit]): HabitLine => {
      const line = lineOf(`${ip} has ${address}`, habit, habits);
      const forget = () => habits.addresses.forget([ip, address]);
      return { device: habits.devices.get(`${ip}:0`), kind: 'address', line, times: habit.occasions, forget };
    }),
  );
}

const faultWords: Readonly<Record<string, string>> = {
  malformed: 'broken messages',
  unmatched: 'answers to nobody',
  exception: 'refused requests',
  refused: 'refused connections',
  opened: 'new connections',
};

/** Highest numbers of faults and scans, which a person may edit. */
function peaks(habits: Habits): HabitLine[] {
  return habits.peaks.all().map(([key, peak]): HabitLine => {
    const [what = '', first = '', second = ''] = key.split(' ');
    const isScan = what === 'scan';
    const name = isScan ? `${second} walks over ${first}` : `${first} to ${second} ${faultWords[what] ?? what}`;
    const most: Figure = { read: () => habits.peaks.of(key), write: (_, value) => habits.peaks.set(key, value), least: 0 };
    const words = isScan ? {} : { within: what === 'opened' ? 'a minute' : 'ten minutes' };
    const device = isScan ? undefined : soleDevice(habits, second);
    const forget = () => habits.peaks.forget(key);
    return { device, kind: isScan ? 'scan' : 'fault', line: { name, unit: '', figures: { most }, words }, times: peak, forget };
  });
}

/** Packets, bytes and pauses of conversations, which a person may edit. */
function paces(habits: Habits, paceMinutes: number): HabitLine[] {
  return [...habits.paces.judged(paceMinutes)].map(([key, pace]): HabitLine => {
    const [client = '', server = '', port = ''] = key.split(' ');
    const figure = (of: 'fewest' | 'most' | 'mostBytes' | 'pauseMs', per = 1): Figure => ({
      read: () => pace[of] / per,
      write: (_, value) => (pace[of] = value * per),
      least: 0,
    });
    const figures = {
      minutes: constant(pace.minutes),
      'fewest packets': figure('fewest'),
      'most packets': figure('most'),
      'most bytes': figure('mostBytes'),
      'longest pause (s)': figure('pauseMs', 1_000),
    };
    const line: BaselineLine = { name: `${client} to ${server} ${port}`, unit: '', figures, words: { within: 'a minute' } };
    const device = deviceAt(habits, server, port);
    return { device, kind: 'pace', line, times: pace.minutes, forget: () => habits.paces.forget(key) };
  });
}

/** Device behind a port such as `tcp/502`. */
const deviceAt = ({ devices }: Habits, server: string, port: string): string | undefined =>
  devices.get(`${server}:${port.replace(/^\D*/, '')}`);

function lineOf(name: string, habit: Habit, { watchedMs }: Habits, words: Readonly<Record<string, string>> = {}): BaselineLine {
  const low: Figure = { read: () => habit.low, write: (_, value) => (habit.low = value), least: 0 };
  const high: Figure = { read: () => habit.high, write: (_, value) => (habit.high = value), least: 0 };
  const perHour = Number(((habit.occasions * hourMs) / watchedMs).toPrecision(3));
  // a habit of a single instant has no rate
  const often = { times: constant(habit.occasions), ...(watchedMs > 0 ? { 'per hour': constant(perHour) } : {}) };
  const last = Math.abs(habit.last) <= latest ? { last: new Date(habit.last).toISOString() } : {};
  return { name, unit: '', figures: { ...often, ...(habit.widened > 0 ? { low, high } : {}) }, words: { ...words, ...last } };
}

const constant = (value: number): Figure => ({ read: () => value });

/** Device at an address, which may include a unit behind it; undefined if several devices share the address. */
function soleDevice({ devices }: Habits, part: string): string | undefined {
  const [address] = part.split(' ');
  const there = new Set(
    // without a port it is the first device of a hardware address
    [...devices]
      .filter(([server]) => server.slice(0, server.lastIndexOf(':')) === address && !server.endsWith(':0'))
      .map(([, device]) => device),
  );
  return there.size === 1 ? [...there][0] : undefined;
}
