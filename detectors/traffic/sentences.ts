import { formatDuration } from '../../src/core/format.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';
import type { WireEnds } from '../../src/core/wire.ts';
import { longestTitle, reading } from '../../src/detector-kit/words.ts';
import { isRestart, named } from './operations.ts';
import { portNamed } from './permissions.ts';
import type { Suspicion } from './suspicion.ts';

/** Text of a suspicion. */
export interface SuspicionText {
  /** Title of any length. */
  readonly title: string;
  /** Behaviour of the client or device, without a full stop. */
  readonly does: string;
  /** Normal behaviour, without a full stop. */
  readonly normal: string;
  readonly normalIf: string;
}

/** Data that a text needs in addition to the suspicion itself. */
export interface Background {
  readonly tags: TagTable;
  /** Stream time of the learned traffic, ms; 0 if none was learned. */
  readonly watchedMs: number;
  /** Number of baseline entries that a person has removed. */
  readonly unlearned: number;
}

/** Name of a device, or address of another server. */
export const place = ({ device, server }: WireEnds): string => device ?? server;
const where = (ends: WireEnds): string =>
  ends.device === undefined ? `${ends.server} (${portNamed(ends)})` : `${ends.device} (${ends.server} ${portNamed(ends)})`;
const unitOf = ({ unit, ends }: Suspicion): string => (unit === undefined ? place(ends) : `unit ${unit} of ${place(ends)}`);

/** The written tag with its values, or the target as the protocol names it. */
function written({ tag, target = '', before, after, ends }: Suspicion, tags: TagTable): string {
  const known = tag === undefined ? undefined : tags.tags[tag];
  const valueOf = (value: number | string | undefined): string =>
    known !== undefined && typeof value === 'number' ? reading(value, known) : String(value);
  const what = known === undefined ? target : `${known.name} (${target})`;
  if (after === undefined) return `${what} of ${place(ends)}`;
  if (before === after) return `${what} of ${place(ends)}, unchanged at ${valueOf(after)},`;
  const from = before === undefined ? `to ${valueOf(after)}` : `from ${valueOf(before)} to ${valueOf(after)}`;
  return `${what} of ${place(ends)} ${from}`;
}

/** `1.00 → 0.30 mg/L`, or `→ 0.30 mg/L` if the value before is not known or the same. */
export function changeOf(before: number | undefined, after: number, tag: Tag): string {
  const to = `→ ${reading(after, tag)}`;
  return before === undefined || before === after ? to : `${reading(before, { ...tag, unit: '' })} ${to}`;
}

/** `10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L`, as far as it fits, or the device if no tag is known at the target. */
function titleOfWrite({ tag, before, after, ends }: Suspicion, tags: TagTable): string {
  const known = tag === undefined ? undefined : tags.tags[tag];
  if (known === undefined) return `${ends.client} writes to ${place(ends)}`;
  const title = `${ends.client} writes ${known.name}`;
  if (typeof after !== 'number') return title;
  const change = changeOf(typeof before === 'number' ? before : undefined, after, known);
  return (
    [`${title} ${change}`, `${title} ${changeOf(undefined, after, known)}`].find(({ length }) => length <= longestTitle) ?? title
  );
}

function ofWrite(suspicion: Suspicion, learned: string, { tags }: Pick<Background, 'tags'>): SuspicionText {
  const { rule, ends, operation = '', usual = '', accepted, target, detail } = suspicion;
  const { client } = ends;
  const what =
    target === undefined
      ? `to ${unitOf(suspicion)} with ${named(operation)}`
      : `${written(suspicion, tags)} with ${named(operation)}`;
  const normals = {
    'write-stranger': detail === 'client-unlisted' ? 'The configuration does not list this client' : `${learned}: other clients`,
    'write-forbidden': 'The configuration permits only reads',
    'write-first': `${learned}: no such write by this client`,
    'write-target': usual === '' ? `${learned}: no write to this target` : `${learned}: only writes to ${usual}`,
  } as const;
  return {
    title: titleOfWrite(suspicion, tags),
    does: `${client} ${accepted === false ? 'tried to write' : 'writes'} ${what}${accepted === false ? '; the device refused it' : ''}`,
    normal: normals[rule as keyof typeof normals],
    normalIf: `the configuration or the learned traffic let ${client} write there`,
  };
}

function ofAddress({ rule, ends, before, after, usual = '' }: Suspicion, learned: string): SuspicionText {
  const { client, device } = ends;
  const name = device === undefined ? client : `${device} (${client})`;
  if (rule === 'address-twice')
    return {
      title: `Address of ${device ?? client} is used twice`,
      does: `Two hosts use the address of ${name}: ${before ?? 'another one'} and ${after}`,
      normal: usual === '' ? 'Normal: one hardware address' : `${learned}: only ${usual}`,
      normalIf: `one host used ${client}, or the learned traffic had both hardware addresses`,
    };
  return {
    title: `New hardware address of ${device ?? client}`,
    does:
      before === undefined
        ? `${name} has the hardware address ${after}`
        : `${name} changed its hardware address from ${before} to ${after}`,
    normal: usual === '' ? `Normal so far: ${before}` : `${learned}: only ${usual}`,
    normalIf: `${device ?? client} kept its hardware address, or the learned traffic had both`,
  };
}

/** Text of a suspicion for operators and security analysts. */
export function describe(suspicion: Suspicion, { tags, watchedMs, unlearned }: Background): SuspicionText {
  const { rule, ends, operation = '', usual = '', detail = '', count = 0, low = 0, high = 0, usualLow, usualHigh } = suspicion;
  const { client } = ends;
  const at = place(ends);
  const without = unlearned === 0 ? '' : ` without ${unlearned === 1 ? 'one unlearned entry' : `${unlearned} unlearned entries`}`;
  const learned = `Normal in ${formatDuration(watchedMs)} of traffic${without}`;
  const only = (others: string, none: string): string => (others === '' ? none : `only ${others}`);
  switch (rule) {
    case 'client-unlisted':
      return {
        title: `Unlisted client ${client} at ${at}`,
        does: `${client} communicates with ${where(ends)}`,
        normal: `Configured clients: ${only(usual, 'none')}`,
        normalIf: `the configuration listed ${client} as a client of ${at}`,
      };
    case 'client-new':
      return {
        title: `New client ${client} at ${at}`,
        does: `${client} communicates with ${where(ends)} for the first time`,
        normal: `${learned}: ${only(usual, 'no client')}`,
        normalIf: `the learned traffic had ${client} as a client`,
      };
    case 'server-new':
      return {
        title: `${client} contacts ${at}`,
        does: `${client} communicates with ${where(ends)} for the first time`,
        normal: `${learned}: ${only(usual, 'no server')}`,
        normalIf: `${client} communicated with ${at} in the learned traffic`,
      };
    case 'port-new':
      return {
        title: `${client} uses ${portNamed(ends)} of ${at}`,
        does: `${client} communicates with ${where(ends)} for the first time`,
        normal: `${learned}: ${only(usual, 'no port')}`,
        normalIf: `${client} used ${portNamed(ends)} of ${at} in the learned traffic`,
      };
    case 'unit-new':
      return {
        title: `${client} contacts ${unitOf(suspicion)}`,
        does: `${client} sends ${named(operation)} to ${unitOf(suspicion)} for the first time`,
        normal: `${learned}: ${only(usual, 'no unit')}`,
        normalIf: `${client} contacted that unit in the learned traffic`,
      };
    case 'operation-new':
      return {
        title: `${client} sends ${operation} to ${at}`,
        does: `${client} sends ${named(operation)} to ${unitOf(suspicion)} for the first time`,
        normal: `${learned}: ${only(usual, 'no operation')}`,
        normalIf: `${client} sent ${operation} to ${at} in the learned traffic`,
      };
    case 'command-stranger':
    case 'command-forbidden': {
      const unlisted = detail === 'client-unlisted' ? 'The configuration does not list this client' : `${learned}: other clients`;
      return {
        title: isRestart(operation) ? `${client} restarts ${at}` : `${client} sends ${operation} to ${at}`,
        does: isRestart(operation)
          ? `${client} restarts ${unitOf(suspicion)} with ${named(operation)}`
          : `${client} sends ${named(operation)} to ${unitOf(suspicion)}`,
        normal: rule === 'command-stranger' ? unlisted : 'The configuration permits only reads',
        normalIf: `the configuration or the learned traffic let ${client} do so`,
      };
    }
    case 'window':
      return {
        title: `${client} uses new addresses of ${at}`,
        does: `${client} accesses addresses ${low} to ${high} of ${unitOf(suspicion)} with ${named(operation)}`,
        normal: `${learned}: only ${usualLow} to ${usualHigh}`,
        normalIf: `it accessed only ${usualLow} to ${usualHigh}`,
      };
    case 'write-stranger':
    case 'write-forbidden':
    case 'write-first':
    case 'write-target':
      return ofWrite(suspicion, watchedMs > 0 ? learned : 'Normal so far', { tags });
    case 'scan':
      return {
        title: `${client} scans ${usual} of ${at}`,
        does: `${client} scans ${usual === 'hosts' ? 'hosts' : `${usual} of ${at}`}, ${count} different ones so far${detail === '' ? '' : ` (${detail})`}`,
        normal: 'Normal: shorter scans or none',
        normalIf: `${client} scanned as many in the learned traffic`,
      };
    case 'identity':
      return {
        title: `${client} reads the identity of ${at}`,
        does: `${client} reads the identity of ${unitOf(suspicion)} with ${named(operation)}${count > 1 ? `, of ${count} devices within 2 min` : ''}`,
        normal: 'Normal: only listed or learned clients read it',
        normalIf: `the configuration listed ${client}, or it read the identity in the learned traffic`,
      };
    case 'exception':
      return {
        title: `${at} refuses requests of ${client}`,
        does: `${at} refused ${count} requests of ${client} within 10 min, the last one ${named(operation)}: ${detail}`,
        normal: 'Normal: few refused requests',
        normalIf: `${client} requested only data that ${at} has`,
      };
    case 'malformed':
    case 'unmatched':
      return {
        title: `${rule === 'malformed' ? 'Malformed messages' : 'Unmatched responses'} at ${at}`,
        does: `${client} and ${where(ends)} exchanged ${count} ${rule === 'malformed' ? 'malformed messages' : 'responses without a request'} within 10 min, the last one: ${detail}`,
        normal: 'Normal: few or none',
        normalIf: 'both sides followed the protocol',
      };
    case 'refused':
      return {
        title: `${at} refuses connections of ${client}`,
        does: `${where(ends)} refused ${count} connections of ${client} within 10 min`,
        normal: 'Normal: few or none',
        normalIf: `${client} used only services that ${at} offers`,
      };
    case 'flood':
      return {
        title: `${client} floods ${at} with connections`,
        does: `${client} opened ${count} connections to ${where(ends)} within 1 min`,
        normal: 'Normal: connections stay open',
        normalIf: `${client} kept its connections open`,
      };
    case 'policy-weaker':
    case 'token-weaker':
      return {
        title: `Weaker session of ${client} at ${at}`,
        does: `${client} opened a session at ${where(ends)} with ${detail}`,
        normal: 'Normal: the stronger security of earlier sessions',
        normalIf: `it used the ${rule === 'policy-weaker' ? 'security policy' : 'type of user token'} of earlier sessions`,
      };
    case 'session-new':
      return {
        title: `New type of session at ${at}`,
        does: `${client} opened a session at ${where(ends)} with ${detail}`,
        normal: `${learned}: ${only(usual, 'no session')}`,
        normalIf: 'the learned traffic had such a session',
      };
    case 'stranger':
      return {
        title: `New session identity at ${at}`,
        does: `${client} opened a session at ${where(ends)} as ${detail}`,
        normal: `${learned}: ${only(usual, 'no session')}`,
        normalIf: `${detail} had sessions there in the learned traffic`,
      };
    case 'tap-loss':
      return {
        title: `Tap ${detail} loses packets`,
        does: `Tap ${detail} lost about ${count} packets within 1 min and sees only part of the traffic`,
        normal: 'Normal: no loss',
        normalIf: 'the tap received every packet',
      };
    case 'tap-blind':
      return {
        title: `Tap ${detail} receives nothing`,
        does: `Tap ${detail} has received nothing for ${formatDuration(count)} and does not watch the network`,
        normal: 'Normal: continuous traffic',
        normalIf: 'the tap received traffic',
      };
    case 'address-changed':
    case 'address-twice':
      return ofAddress(suspicion, learned);
    case 'silent':
      return {
        title: `No traffic from ${client} to ${at}`,
        does: `${client} exchanged no packets with ${where(ends)} for ${formatDuration(count)}`,
        normal: `${learned}: pauses of at most ${formatDuration(usualHigh ?? 0)}`,
        normalIf: `${client} communicated with ${at} as often as in the learned traffic`,
      };
    case 'pace-high':
    case 'pace-low':
      return {
        title: `${rule === 'pace-high' ? 'More' : 'Less'} traffic from ${client} to ${at}`,
        does: `${client} exchanged ${detail} with ${where(ends)} within 1 min`,
        normal: `${learned}: ${usual}`,
        normalIf: `${client} and ${at} exchanged as much as in the learned traffic`,
      };
  }
}
