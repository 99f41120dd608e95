import { AttributeIds, type BrowsePathResult, BrowsePath, coerceNodeId, type DataValue, type NodeId } from 'node-opcua-client';
import type { TreeNode } from '../browse.ts';
import type { ServerLimits } from '../limits.ts';
import { type Asker, read, translate, valueOf } from '../services.ts';

/** What a server says of a variable beyond its name. */
export interface Variable extends TreeNode {
  readonly value: DataValue;
  readonly dataType: NodeId | undefined;
  /** Of the variable; −1 for a scalar, NaN where it is not told. */
  readonly valueRank: number;
  readonly description: string;
  /** Values of those properties that it has. */
  readonly properties: ReadonlyMap<PropertyName, unknown>;
}

/** Properties by which the standard lets a variable say what its values mean (OPC 10000-8, 5.3). */
const propertyNames = ['EURange', 'EngineeringUnits', 'TrueState', 'FalseState', 'EnumStrings', 'EnumValues'] as const;
export type PropertyName = (typeof propertyNames)[number];

const attributes = [AttributeIds.Value, AttributeIds.DataType, AttributeIds.ValueRank, AttributeIds.Description] as const;
const hasProperty = 'i=46';
const booleanType = 1;
const numberTypes = { low: 2, high: 11 } as const;
/** Types beyond those that are built in: enumerations have their names there. */
const highestBuiltIn = 25;

/** Reads what is known of some variables; `types` keeps what the data types have said. */
export async function readVariables(
  asker: Asker,
  limits: ServerLimits,
  nodes: readonly TreeNode[],
  types: Map<string, ReadonlyMap<PropertyName, unknown>>,
  signal: AbortSignal,
): Promise<Variable[]> {
  const wanted = nodes.flatMap(({ nodeId }) => attributes.map((attributeId) => ({ nodeId, attributeId })));
  const answers = await read(asker, wanted, limits.read, signal);
  const bare = nodes.map((node, i): Omit<Variable, 'properties'> => {
    const [value, dataType, rank, description] = answers.slice(i * attributes.length, (i + 1) * attributes.length);
    const told = (answer: DataValue | undefined): unknown =>
      answer?.statusCode.isGood() === true ? answer.value.value : undefined;
    const type = told(dataType);
    const valueRank = told(rank);
    return {
      ...node,
      value: value as DataValue,
      dataType: isNodeId(type) ? type : undefined,
      valueRank: typeof valueRank === 'number' ? valueRank : Number.NaN,
      description: textOf(told(description)),
    };
  });
  const own = await readProperties(
    asker,
    limits,
    bare.map(({ nodeId, dataType }) => ({ nodeId, names: namesFor(dataType) })),
    signal,
  );
  const unknown = new Map<string, NodeId>();
  for (const { dataType } of bare) {
    if (dataType !== undefined && isOwnType(dataType) && !types.has(dataType.toString()))
      unknown.set(dataType.toString(), dataType);
  }
  const asked = [...unknown.values()].map((nodeId) => ({ nodeId, names: ['EnumStrings', 'EnumValues'] as const }));
  const told = await readProperties(asker, limits, asked, signal);
  [...unknown.keys()].forEach((type, i) => types.set(type, told[i] ?? new Map<PropertyName, unknown>()));
  return bare.map((variable, i) => ({
    ...variable,
    properties: new Map([...(types.get(variable.dataType?.toString() ?? '') ?? []), ...(own[i] ?? [])]),
  }));
}

const isNodeId = (value: unknown): value is NodeId => typeof value === 'object' && value !== null && 'identifierType' in value;

const builtIn = (dataType: NodeId | undefined): number =>
  dataType?.namespace === 0 && typeof dataType.value === 'number' && dataType.value <= highestBuiltIn
    ? dataType.value
    : Number.NaN;

const isOwnType = (dataType: NodeId): boolean => Number.isNaN(builtIn(dataType));

/** The properties that a variable of the type may have. */
function namesFor(dataType: NodeId | undefined): readonly PropertyName[] {
  const type = builtIn(dataType);
  if (type === booleanType) return ['TrueState', 'FalseState'];
  if (Number.isNaN(type)) return propertyNames;
  return type >= numberTypes.low && type <= numberTypes.high ? ['EURange', 'EngineeringUnits', 'EnumStrings', 'EnumValues'] : [];
}

interface Asked {
  readonly nodeId: NodeId;
  readonly names: readonly PropertyName[];
}

async function readProperties(
  asker: Asker,
  limits: ServerLimits,
  nodes: readonly Asked[],
  signal: AbortSignal,
): Promise<ReadonlyMap<PropertyName, unknown>[]> {
  const wanted = nodes.flatMap(({ nodeId, names }, node) => names.map((name) => ({ node, nodeId, name })));
  const paths = await translate(
    asker,
    wanted.map(({ nodeId, name }) => propertyPath(nodeId, name)),
    limits.translate,
    signal,
  );
  const found = wanted.flatMap(({ node, name }, i) => {
    const target = targetOf(paths[i]);
    return target === undefined ? [] : [{ node, name, target }];
  });
  const values = await read(
    asker,
    found.map(({ target }) => valueOf(target)),
    limits.read,
    signal,
  );
  const properties = nodes.map(() => new Map<PropertyName, unknown>());
  for (const [i, { node, name }] of found.entries()) {
    const answer = values[i];
    if (answer?.statusCode.isGood() === true) properties[node]?.set(name, answer.value.value);
  }
  return properties;
}

const propertyPath = (startingNode: NodeId, name: PropertyName): BrowsePath =>
  new BrowsePath({
    startingNode,
    relativePath: {
      elements: [
        { referenceTypeId: hasProperty, isInverse: false, includeSubtypes: true, targetName: { namespaceIndex: 0, name } },
      ],
    },
  });

function targetOf(result: BrowsePathResult | number | undefined): NodeId | undefined {
  if (typeof result !== 'object' || !result.statusCode.isGood()) return undefined;
  const target = result.targets?.[0]?.targetId;
  return target === undefined ? undefined : coerceNodeId(target);
}

/** The text of a LocalizedText or a String, empty for what is neither. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string' ? value.text : '';
}
