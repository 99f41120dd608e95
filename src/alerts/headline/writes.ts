import type { ObservedWrite } from '../../core/finding.ts';
import type { Tag, TagTable } from '../../core/tag.ts';
import { capitalised, type EquipmentNames, listed } from './several.ts';

/** Most names in a title before a number replaces them. */
const mostNames = 2;

/** What titles of writes are composed from. */
export interface WriteContext {
  readonly tags: TagTable;
  readonly names: EquipmentNames;
  /** Present good value of a tag, by its index; undefined if there is none. */
  readonly valueOf: (tag: number) => number | undefined;
}

/** A write with its tag. */
interface Known {
  readonly write: ObservedWrite;
  readonly tag: Tag;
}

/**
 * Title of the writes of an incident: `All four high-lift pumps stopped by writes from 10.0.0.66`. Writes of one value to the same
 * command of several equipment are one event. Equipment that had the state before is kept in it. The equipment has the state only if its status shows it; until then the command is
 * named. Undefined if no known tag was written.
 */
export function titleOfWrites(writes: readonly ObservedWrite[], context: WriteContext): string | undefined {
  const known = lastOfEach(writes).flatMap((write): Known[] => {
    const tag = context.tags.tags[context.tags.indexOf(write.tag) ?? -1];
    return tag === undefined ? [] : [{ write, tag }];
  });
  const [first] = known;
  if (first === undefined) return undefined;
  const clients = [...new Set(known.map(({ write }) => write.client))];
  const by = listed(clients.length > mostNames ? [`${clients.length} clients`] : clients);
  if (known.length > 1 && !known.every((one) => isSameCommand(one, first))) return titleOfDifferent(known, by, context);
  if (first.tag.kind !== 'discrete' || first.tag.role !== 'command')
    return known.length > 1 ? titleOfDifferent(known, by, context) : `${first.tag.name} ${first.write.change}, written by ${by}`;
  const equipment = [...new Set(known.map(({ tag }) => tag.equipment))].filter((id) => id !== '');
  if (equipment.length === 0) return `${first.tag.name} ${first.write.change}, written by ${by}`;
  const many = context.names.of(equipment);
  const states = new Set(known.map((one) => stateOf(one, context)));
  const [state] = states;
  const cause = `by ${known.length === 1 ? 'a write' : 'writes'} from ${by}`;
  const isKept = writes.every(({ before, after }) => before === after);
  if (states.size === 1 && state !== undefined) return `${capitalised(many)} ${isKept ? 'kept ' : ''}${state} ${cause}`;
  return `Command ${first.tag.states?.[first.write.after] ?? first.write.after} to ${many} ${cause}`;
}

/** Present state of the equipment of a command, if it is the one that was written. */
function stateOf({ write, tag }: Known, { tags, valueOf }: WriteContext): string | undefined {
  for (const [index, { equipment, kind, role, states }] of tags.tags.entries()) {
    if (equipment !== tag.equipment || kind !== 'discrete' || role !== 'status') continue;
    const word = states?.[write.after];
    if (word !== undefined && valueOf(index) === write.after) return word;
  }
  return undefined;
}

function titleOfDifferent(known: readonly Known[], by: string, { names }: WriteContext): string {
  const equipment = [...new Set(known.map(({ tag }) => tag.equipment))].filter((id) => id !== '');
  const places = equipment.length > mostNames ? `${equipment.length} equipment items` : names.of(equipment);
  const tags = known.length === 1 ? '1 tag' : `${known.length} tags`;
  return `${tags}${places === '' ? '' : ` of ${places}`} written by ${by}`;
}

const isSameCommand = ({ write, tag }: Known, other: Known): boolean =>
  write.after === other.write.after &&
  tag.kind === other.tag.kind &&
  tag.role === other.tag.role &&
  tag.states?.[write.after] === other.tag.states?.[write.after];

/** The last write to each tag. */
const lastOfEach = (writes: readonly ObservedWrite[]): readonly ObservedWrite[] => [
  ...new Map(writes.map((write) => [write.tag, write])).values(),
];
