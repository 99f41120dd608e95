import type { FoundPoint } from '../../../src/core/discovery.ts';
import { isBad, qualityName } from '../../../src/core/quality.ts';
import type { TagKind } from '../../../src/core/tag.ts';
import { addressSchema } from '../config.ts';
import type { BrowsedNode, BrowsedVariable } from '../describe.ts';
import { emptyReading, readDataValue } from '../requests/value.ts';
import type { Place } from './places.ts';

/** A point, or the reason why the variable is omitted. */
export type Judged = { readonly point: FoundPoint } | { readonly loss: string };

const integers: ReadonlySet<string> = new Set(['SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'UInt64']);

/** A variable with more named states is not a discrete tag. */
const mostStates = 64;

/**
 * Derives a point from a variable: its own attributes are used unchanged, its kind is guessed from them. A variable without a
 * value is omitted, because a configuration with it would begin with a failure.
 * @param namespaces of the server
 */
export function judge(node: BrowsedNode, place: Place, namespaces: readonly string[]): Judged {
  const { variable } = node;
  if (variable === undefined) return { loss: 'it does not say what it is' };
  const { dataType, value } = variable;
  if (!variable.scalar) return { loss: 'an array' };
  if (value === undefined || isBad(value.statusCode.value))
    return { loss: `no value now: ${value?.statusCode.name ?? 'unread'}` };
  const states = statesOf(variable);
  const kind = kindOf(dataType, states !== undefined);
  if (kind === undefined) return { loss: `a ${dataType}, which is no value to be watched` };
  const reading = emptyReading();
  readDataValue(value, kind, reading);
  if (isBad(reading.quality)) return { loss: `no value now that a tag could have: ${qualityName(reading.quality)}` };
  const address = addressOf(node.nodeId, namespaces);
  if (!addressSchema.safeParse(address).success) return { loss: 'a NodeId that a configuration cannot name' };
  const unit = variable.unit === '' ? undefined : variable.unit;
  const range = kind === 'analog' ? rangeOf(variable) : undefined;
  const evidence = [dataType, range && 'EURange', unit, states && 'named states'].filter((text) => text !== undefined);
  const description = `guessed ${kind} (${evidence.join(', ')}): ${variable.description || node.displayName || node.browseName}`;
  return { point: { ...place, address, kind, unit, range, states, decimals: decimalsOf(kind, dataType, range), description } };
}

function kindOf(dataType: string, hasStates: boolean): TagKind | undefined {
  if (dataType === 'Boolean') return 'discrete';
  if (dataType === 'Float' || dataType === 'Double') return 'analog';
  if (integers.has(dataType)) return hasStates ? 'discrete' : 'analog';
  return dataType === 'String' || dataType === 'LocalizedText' ? 'text' : undefined;
}

/** By namespace URI, which stays valid if the index changes, if the URI is unique in the server. */
function addressOf(nodeId: string, namespaces: readonly string[]): Record<string, string> {
  const [, index = '0', id = ''] = /^ns=(\d+);(.+)$/s.exec(nodeId) ?? [];
  const uri = namespaces[Number(index)];
  const unique = id !== '' && uri !== undefined && uri !== '' && namespaces.filter((other) => other === uri).length === 1;
  return unique ? { namespaceUri: uri, id } : { node: nodeId };
}

/** Names of the values of a Boolean or an integer, without values that have none. */
function statesOf({ dataType, states }: BrowsedVariable): Readonly<Record<string, string>> | undefined {
  if (dataType !== 'Boolean' && !integers.has(dataType)) return undefined;
  const named = Object.entries(states ?? {}).filter(([, name]) => name !== '');
  return named.length === 0 || named.length > mostStates ? undefined : Object.fromEntries(named);
}

function rangeOf({ range }: BrowsedVariable): readonly [number, number] | undefined {
  if (range === undefined || !Number.isFinite(range.low) || !Number.isFinite(range.high)) return undefined;
  return [range.low, range.high];
}

/** Enough decimals to show a thousandth of the range. */
function decimalsOf(kind: TagKind, dataType: string, range: readonly [number, number] | undefined): number | undefined {
  if (kind !== 'analog') return undefined;
  if (integers.has(dataType)) return 0;
  if (range === undefined) return undefined;
  return Math.max(0, Math.min(4, 3 - Math.floor(Math.log10(Math.max(Math.abs(range[0]), Math.abs(range[1]))))));
}
