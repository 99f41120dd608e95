import { DataType, VariantArrayType } from 'node-opcua-client';
import type { FoundPoint } from '../../../src/core/discovery.ts';
import { isBad, qualityName } from '../../../src/core/quality.ts';
import type { TagKind } from '../../../src/core/tag.ts';
import { addressSchema } from '../config.ts';
import { emptyReading, readDataValue } from '../value.ts';
import type { Place } from './places.ts';
import { textOf, type Variable } from './variables.ts';

/** A point, or the reason why the variable is none. */
export type Judged = { readonly point: FoundPoint } | { readonly loss: string };

const integers: ReadonlySet<DataType> = new Set([
  DataType.SByte,
  DataType.Byte,
  DataType.Int16,
  DataType.UInt16,
  DataType.Int32,
  DataType.UInt32,
  DataType.Int64,
  DataType.UInt64,
]);

/** More states than this are no states. */
const mostStates = 64;

/**
 * A variable as a point: what it says of itself is taken as it is, what its values are for is guessed from that. One that has no value
 * now is left out: a configuration with it would begin with a failure.
 * @param namespaces of the server
 */
export function judge(variable: Variable, place: Place, namespaces: readonly string[]): Judged {
  const { value, valueRank, nodeId } = variable;
  if (!value.statusCode.isGood() && isBad(value.statusCode.value)) return { loss: `no value now: ${value.statusCode.name}` };
  if (valueRank >= 0 || value.value.arrayType !== VariantArrayType.Scalar) return { loss: 'an array' };
  const { dataType } = value.value;
  const states = statesOf(variable, dataType);
  const kind = kindOf(dataType, states !== undefined);
  const name = DataType[dataType];
  if (kind === undefined) return { loss: `a ${name}, which is no value to be watched` };
  const reading = emptyReading();
  readDataValue(value, kind, reading);
  if (isBad(reading.quality)) return { loss: `no value now that a tag could have: ${qualityName(reading.quality)}` };
  const address = addressOf(nodeId.toString(), namespaces);
  if (!addressSchema.safeParse(address).success) return { loss: 'a NodeId that a configuration can not name' };
  const unit = unitOf(variable);
  const range = kind === 'analog' ? rangeOf(variable) : undefined;
  const evidence = [
    name,
    ...(range === undefined ? [] : ['EURange']),
    ...(unit === undefined ? [] : [unit]),
    ...(states === undefined ? [] : ['named states']),
  ];
  const words = variable.description || variable.displayName || variable.browseName;
  return {
    point: {
      ...place,
      address,
      kind,
      unit,
      range,
      states,
      decimals: decimalsOf(kind, dataType, range),
      description: `guessed ${kind} (${evidence.join(', ')}): ${words}`,
    },
  };
}

function kindOf(dataType: DataType, hasStates: boolean): TagKind | undefined {
  if (dataType === DataType.Boolean) return 'discrete';
  if (dataType === DataType.Float || dataType === DataType.Double) return 'analog';
  if (integers.has(dataType)) return hasStates ? 'discrete' : 'analog';
  return dataType === DataType.String || dataType === DataType.LocalizedText ? 'text' : undefined;
}

/** By namespace URI, which stays right where the index moves, if the server has it once. */
function addressOf(id: string, namespaces: readonly string[]): Record<string, string> {
  const [, index = '0', identifier = ''] = /^ns=(\d+);(.+)$/s.exec(id) ?? [];
  const uri = namespaces[Number(index)];
  const unique = uri !== undefined && uri !== '' && namespaces.filter((other) => other === uri).length === 1;
  return unique ? { namespaceUri: uri, id: identifier } : { node: id };
}

function statesOf({ properties }: Variable, dataType: DataType): Record<string, string> | undefined {
  const states: Record<string, string> = {};
  const name = (key: string | number, text: unknown): void => {
    const words = textOf(text);
    if (words !== '') states[String(key)] = words;
  };
  if (dataType === DataType.Boolean) {
    name(0, properties.get('FalseState'));
    name(1, properties.get('TrueState'));
  } else if (integers.has(dataType)) {
    const strings = properties.get('EnumStrings');
    const values = properties.get('EnumValues');
    if (Array.isArray(strings)) strings.forEach((text, i) => name(i, text));
    else if (Array.isArray(values)) for (const value of values as readonly unknown[]) nameEnumValue(value, name);
  }
  const { length } = Object.keys(states);
  return length === 0 || length > mostStates ? undefined : states;
}

/** An EnumValueType (OPC 10000-3, 8.40): its value is an Int64, which the library gives as two halves. */
function nameEnumValue(of: unknown, name: (key: number, text: unknown) => void): void {
  if (typeof of !== 'object' || of === null || !('value' in of) || !('displayName' in of)) return;
  const [high, low] = Array.isArray(of.value) ? (of.value as readonly unknown[]).map(Number) : [0, Number(of.value)];
  name((high ?? 0) * 2 ** 32 + (low ?? 0), of.displayName);
}

function rangeOf({ properties }: Variable): readonly [number, number] | undefined {
  const range = properties.get('EURange');
  if (typeof range !== 'object' || range === null || !('low' in range) || !('high' in range)) return undefined;
  const [low, high] = [Number(range.low), Number(range.high)];
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : undefined;
}

function unitOf({ properties }: Variable): string | undefined {
  const unit = properties.get('EngineeringUnits');
  if (typeof unit !== 'object' || unit === null || !('displayName' in unit)) return undefined;
  return textOf(unit.displayName) || undefined;
}

/** Enough figures to see a thousandth of the range. */
function decimalsOf(kind: TagKind, dataType: DataType, range: readonly [number, number] | undefined): number | undefined {
  if (kind !== 'analog') return undefined;
  if (integers.has(dataType)) return 0;
  if (range === undefined) return undefined;
  return Math.max(0, Math.min(4, 3 - Math.floor(Math.log10(Math.max(Math.abs(range[0]), Math.abs(range[1]))))));
}
