import type { TagTable } from '../../src/core/tag.ts';
import type { WireEnds } from '../../src/core/wire.ts';
import { duration, reading } from '../../src/streaming/words.ts';
import { named } from './operations.ts';
import { portNamed } from './standing.ts';
import type { Suspicion } from './suspicion.ts';

/** What is said of a suspicion: a title of any length, a sentence without its full stop, and what would make it normal. */
export interface Told {
  readonly title: string;
  readonly sentence: string;
  readonly normalIf: string;
}

/** What is known beside the suspicion itself. */
export interface Background {
  readonly tags: TagTable;
  /** Stream time that normal traffic was watched, ms; 0 where none was learned. */
  readonly watchedMs: number;
  /** Lines that a person has taken out of what was learned. */
  readonly unlearned: number;
}

/** A device by its name, another server by its address. */
export const place = ({ device, server }: WireEnds): string => device ?? server;
const where = (ends: WireEnds): string =>
  ends.device === undefined ? `${ends.server} (${portNamed(ends)})` : `${ends.device} (${ends.server} ${portNamed(ends)})`;
const unitOf = ({ unit, ends }: Suspicion): string => (unit === undefined ? place(ends) : `unit ${unit} of ${place(ends)}`);

/** The tag with its value, or the place as the wire names it. */
function written({ tag, target = '', before, after, ends }: Suspicion, tags: TagTable): string {
  const known = tag === undefined ? undefined : tags.tags[tag];
  const valueOf = (value: number | string | undefined): string =>
    known !== undefined && typeof value === 'number' ? reading(value, known) : String(value);
  const what = known === undefined ? target : `${known.name} (${target})`;
  if (after === undefined) return `${what} of ${place(ends)}`;
  if (before === after) return `${what} of ${place(ends)} to ${valueOf(after)} as before,`;
  const from = before === undefined ? `to ${valueOf(after)}` : `from ${valueOf(before)} to ${valueOf(after)}`;
  return `${what} of ${place(ends)} ${from}`;
}

function ofWrite(suspicion: Suspicion, normal: string, { tags, watchedMs }: Pick<Background, 'tags' | 'watchedMs'>): Told {
  const { rule, ends, operation = '', usual = '', accepted, target, detail } = suspicion;
  const { client } = ends;
  const who = `${client} ${accepted === false ? 'tried to write' : 'writes'}`;
  const what =
    target === undefined
      ? `to ${unitOf(suspicion)} with ${named(operation)}`
      : `${written(suspicion, tags)} with ${named(operation)}`;
  const why = {
    'write-stranger':
      detail === 'client-unlisted'
        ? 'the configuration does not list it as a client'
        : `it is none of those that ${watchedMs > 0 ? 'talked' : 'talk'} to it ${normal}`,
    'write-forbidden': 'the configuration lets it read only',
    'write-first': `it never wrote like this ${normal}`,
    'write-target': usual === '' ? `it never wrote this ${normal}` : `${normal} it wrote ${usual} alone`,
  }[rule as string];
  const refused = accepted === false ? '; the device refused' : '';
  return {
    title: `${client} writes to ${place(ends)}`,
    sentence: `${who} ${what}, but ${why}${refused}`,
    normalIf: `the configuration or the learned traffic had ${client} write there`,
  };
}

/** The words of a suspicion, for a person of the plant and one of security alike. */
export function tell(suspicion: Suspicion, { tags, watchedMs, unlearned }: Background): Told {
  const { rule, ends, operation = '', usual = '', detail = '', count = 0, low = 0, high = 0, usualLow, usualHigh } = suspicion;
  const { client } = ends;
  const at = place(ends);
  const without =
    unlearned === 0 ? '' : ` without the ${unlearned === 1 ? 'line that was' : `${unlearned} lines that were`} unlearned`;
  const normal = `in ${duration(watchedMs)} of normal traffic${without}`;
  const only = (others: string, none: string): string => (others === '' ? none : `${others} alone`);
  switch (rule) {
    case 'client-unlisted':
      return {
        title: `${client} talks to ${at}, unlisted`,
        sentence: `${client} talks to ${where(ends)}, but the configuration lists ${only(usual, 'nobody')} as its client`,
        normalIf: `the configuration listed ${client} as a client of ${at}`,
      };
    case 'client-new':
      return {
        title: `New client ${client} at ${at}`,
        sentence: `${client} talks to ${where(ends)}, but ${normal} it was never a client, and ${at} was asked by ${only(usual, 'nobody')}`,
        normalIf: `the learned traffic had ${client} as a client`,
      };
    case 'server-new':
      return {
        title: `${client} turns to ${at}`,
        sentence: `${client} talks to ${where(ends)}, but ${normal} it talked to ${only(usual, 'nobody')}`,
        normalIf: `the learned traffic had ${client} talk to ${at}`,
      };
    case 'port-new':
      return {
        title: `${client} uses ${portNamed(ends)} of ${at}`,
        sentence: `${client} talks to ${where(ends)}, but ${normal} it used ${only(usual, 'nothing')} there`,
        normalIf: `the learned traffic had ${client} use ${portNamed(ends)} of ${at}`,
      };
    case 'unit-new':
      return {
        title: `${client} asks ${unitOf(suspicion)}`,
        sentence: `${client} asks ${unitOf(suspicion)} with ${named(operation)}, but ${normal} it asked ${only(usual, 'no unit')} there`,
        normalIf: `the learned traffic had ${client} ask that unit`,
      };
    case 'operation-new':
      return {
        title: `${client} uses ${operation} at ${at}`,
        sentence: `${client} sends ${named(operation)} to ${unitOf(suspicion)}, but ${normal} it sent ${only(usual, 'nothing')} there`,
        normalIf: `the learned traffic had ${client} send ${operation} to ${at}`,
      };
    case 'window':
      return {
        title: `${client} reads beyond its window of ${at}`,
        sentence: `${client} touches addresses ${low} to ${high} of ${unitOf(suspicion)} with ${named(operation)}, but ${normal} only ${usualLow} to ${usualHigh}`,
        normalIf: `it touched ${usualLow} to ${usualHigh} only`,
      };
    case 'write-stranger':
    case 'write-forbidden':
    case 'write-first':
    case 'write-target':
      return ofWrite(suspicion, watchedMs > 0 ? normal : 'as far as is known', { tags, watchedMs });
    case 'scan':
      return {
        title: `${client} scans ${usual} of ${at}`,
        sentence: `${client} walks over ${usual === 'hosts' ? 'hosts' : `${usual} of ${at}`}, ${count} different ones so far${detail === '' ? '' : ` (${detail})`}`,
        normalIf: `the learned traffic had ${client} walk as far`,
      };
    case 'identity':
      return {
        title: `${client} asks ${at} who it is`,
        sentence: `${client} asks ${unitOf(suspicion)} for its identity with ${named(operation)}${count > 1 ? `, and ${count} devices in all within two minutes` : ''}`,
        normalIf: `the configuration listed ${client}, or the learned traffic had it ask`,
      };
    case 'exception':
      return {
        title: `${at} refuses much from ${client}`,
        sentence: `${at} refused ${count} requests of ${client} within ten minutes, the last one ${named(operation)}: ${detail}`,
        normalIf: `${client} asked only for what ${at} has`,
      };
    case 'malformed':
    case 'unmatched':
      return {
        title: rule === 'malformed' ? `Broken messages, ${client} and ${at}` : `Answers to nobody from ${at}`,
        sentence: `Between ${client} and ${where(ends)} there were ${count} ${rule === 'malformed' ? 'messages that break the protocol' : 'answers that nobody asked for'} within ten minutes, the last one: ${detail}`,
        normalIf: 'both sides kept to the protocol',
      };
    case 'refused':
      return {
        title: `${at} refuses connections of ${client}`,
        sentence: `${where(ends)} refused ${count} connections of ${client} within ten minutes`,
        normalIf: `${client} did not try what ${at} does not serve`,
      };
    case 'flood':
      return {
        title: `${client} floods ${at} with connections`,
        sentence: `${client} opened ${count} connections to ${where(ends)} within a minute`,
        normalIf: `${client} kept its connections open`,
      };
    case 'policy-weaker':
    case 'token-weaker':
      return {
        title: `Weaker session of ${client} at ${at}`,
        sentence: `${client} opened a session at ${where(ends)} with ${detail}, weaker than those before`,
        normalIf: `it used the ${rule === 'policy-weaker' ? 'security policy' : 'kind of user token'} of the sessions before`,
      };
    case 'session-new':
      return {
        title: `Session of a new kind at ${at}`,
        sentence: `${client} opened a session at ${where(ends)} with ${detail}, but ${normal} there was ${only(usual, 'none')}`,
        normalIf: 'the learned traffic had such a session',
      };
    case 'stranger':
      return {
        title: `Session of a stranger at ${at}`,
        sentence: `${client} opened a session at ${where(ends)} as ${detail}, but ${normal} there was ${only(usual, 'none')}`,
        normalIf: `the learned traffic had ${detail} there`,
      };
    case 'tap-loss':
      return {
        title: `Tap ${detail} loses packets`,
        sentence: `Tap ${detail} lost about ${count} packets within a minute, so that what is on the wire is only partly seen`,
        normalIf: 'the tap saw every packet',
      };
    case 'tap-blind':
      return {
        title: `Tap ${detail} sees nothing`,
        sentence: `Tap ${detail} has seen nothing for ${duration(count)}, so that nobody watches the wire`,
        normalIf: 'the tap saw traffic',
      };
  }
}
