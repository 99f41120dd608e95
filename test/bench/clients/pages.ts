import { Random } from '../../../src/core/random.ts';
import { alarmRegister, deviceOf, devices, indexOf, isCounting, scale } from './plant.ts';

/** Page that a client has open. */
export type PageKind = 'overview' | 'display' | 'trend';

/** An open page: its user and the tags that it watches. */
export interface ClientPage {
  readonly kind: PageKind;
  /** `Cookie` header of the session. */
  readonly cookie: string;
  readonly tags: readonly number[];
}

/** Of ten open pages in a control room. */
const mix: readonly PageKind[] = [
  ...Array<PageKind>(4).fill('overview'),
  ...Array<PageKind>(4).fill('display'),
  ...Array<PageKind>(2).fill('trend'),
];
/** Tags of a drawing, and pens of a trend. */
const drawn = 60;
const pens = 12;

/** Pages of some sessions, `perSession` each. Every page also watches tags with an alarm limit. */
export function openPages(cookies: readonly string[], perSession: number, seed: number): ClientPage[] {
  const random = new Random(seed);
  const some = (count: number, of: readonly number[]): number[] =>
    Array.from({ length: count }, () => {
      const device = of[Math.floor(random.next() * of.length)] as number;
      return indexOf(device, Math.floor(random.next() * alarmRegister));
    });
  return cookies.flatMap((cookie, session) =>
    Array.from({ length: perSession }, (_, i) => {
      const kind = mix[(session * perSession + i) % mix.length] as PageKind;
      return { kind, cookie, tags: [...new Set(tagsOf(kind, random, some))] };
    }),
  );
}

function tagsOf(kind: PageKind, random: Random, some: (count: number, of: readonly number[]) => number[]): number[] {
  const all = Array.from({ length: devices }, (_, device) => device);
  const alarms = (of: readonly number[]): number[] => of.map((device) => indexOf(device, alarmRegister));
  if (kind === 'overview') {
    const indicators = all.filter((device) => device % scale.devicesPerArea < 4).map((device) => indexOf(device, 1));
    const drives = all.flatMap((device) =>
      Array.from({ length: scale.registers - alarmRegister - 1 }, (_, i) => indexOf(device, alarmRegister + 1 + i)),
    );
    return [...indicators, ...drives, ...alarms(all)];
  }
  const area = Math.floor(random.next() * scale.areas);
  const own = all.filter((device) => Math.floor(device / scale.devicesPerArea) === area);
  return [...some(kind === 'display' ? drawn : pens, own), ...alarms(own)];
}

/** Tags whose values state the second of their last change. */
export const countingOf = (tags: readonly number[]): number[] =>
  tags.filter((tag) => isCounting(tag - indexOf(deviceOf(tag), 0)));
