import {
  AttributeIds,
  BrowsePath,
  coerceNodeId,
  DataType,
  type DataValue,
  NodeClass,
  NodeId,
  VariantArrayType,
} from 'node-opcua-client';
import type { TreeNode } from './requests/browse.ts';
import type { ServerLimits } from './requests/limits.ts';
import { type Requester, read, translate, valueOf } from './requests/services.ts';

/** Attributes of one node of a server. */
export interface BrowsedNode {
  /** In the form of an address, e.g. `ns=2;s=CL.AT01`. */
  readonly nodeId: string;
  /** Browse path below the Objects folder, in the form of an address: `/2:Chlorination/2:CL.AT01`. */
  readonly path: string;
  readonly browseName: string;
  readonly displayName: string;
  readonly nodeClass: 'object' | 'variable';
  /** Only for variables. */
  readonly variable?: BrowsedVariable;
}

export interface BrowsedVariable {
  readonly description: string;
  /** Name of the built-in type of its value, e.g. `Double`; the NodeId of its data type if it has no value now. */
  readonly dataType: string;
  /** False for arrays and matrices, which cannot be the value of a tag. */
  readonly scalar: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
  /** Short form of the engineering unit, e.g. `m³/h`; empty if the server names none. */
  readonly unit: string;
  readonly range?: { readonly low: number; readonly high: number };
  /** Names of its states by value, if the server has them. */
  readonly states?: Readonly<Record<string, string>>;
  /** Value read with the other attributes; undefined for arrays, which are never read. */
  readonly value?: DataValue;
}

const attributes = [
  AttributeIds.DataType,
  AttributeIds.ValueRank,
  AttributeIds.UserAccessLevel,
  AttributeIds.Description,
] as const;
const properties = ['EngineeringUnits', 'EURange', 'EnumStrings', 'EnumValues', 'FalseState', 'TrueState'] as const;
type Property = (typeof properties)[number];

const hasProperty = 'i=46';
/** Highest id of a built-in type. A server's own enumeration type has names for its values. */
const highestBuiltIn = 25;
const currentRead = 0x01;
const currentWrite = 0x02;
/** Maximum number of state names kept of one node. */
const mostStates = 256;

/** Reads the description of nodes of a tree, within limits and budget. Missing attributes are left empty. */
export async function describeNodes(
  requester: Requester,
  limits: ServerLimits,
  nodes: readonly TreeNode[],
  signal: AbortSignal,
): Promise<BrowsedNode[]> {
  const variables = nodes.filter(({ nodeClass }) => nodeClass === NodeClass.Variable).map(({ nodeId }) => nodeId);
  const described = await describeVariables(requester, limits, variables, signal);
  return nodes.map(({ nodeId, path, browseName, displayName, nodeClass }) => {
    const id = nodeId.toString().replace(/^ns=0;/, '');
    const node = { nodeId: id, path, browseName, displayName };
    const variable = nodeClass === NodeClass.Variable ? described.get(nodeId.toString()) : undefined;
    return variable === undefined ? { ...node, nodeClass: 'object' } : { ...node, nodeClass: 'variable', variable };
  });
}

async function describeVariables(
  requester: Requester,
  limits: ServerLimits,
  ids: readonly NodeId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, BrowsedVariable>> {
  const answers = await read(
    requester,
    ids.flatMap((nodeId) => attributes.map((attributeId) => ({ nodeId, attributeId }))),
    limits.read,
    signal,
  );
  const scalars = ids.filter((_, i) => !isArray(answers[i * attributes.length + 1]));
  const values = await read(requester, scalars.map(valueOf), limits.read, signal);
  const valuesOf = new Map(scalars.map((nodeId, i) => [nodeId.toString(), values[i]]));
  const owned = await readProperties(requester, limits, ids, signal);
  const ownTypes = ids.map((_, i) => ownTypeOf(answers[i * attributes.length]));
  const distinct = new Map(ownTypes.flatMap((type) => (type === undefined ? [] : [[type.toString(), type]])));
  const typed = await readProperties(requester, limits, [...distinct.values()], signal);
  return new Map(
    ids.map((nodeId, i) => {
      const [dataType, rank, access, description] = answers.slice(i * attributes.length, (i + 1) * attributes.length);
      const own = owned.get(nodeId.toString()) ?? new Map<Property, unknown>();
      const value = valuesOf.get(nodeId.toString());
      const variant = value?.value;
      const known = variant !== undefined && variant.dataType !== DataType.Null;
      const bits: unknown = access?.value?.value;
      const range = rangeOf(own.get('EURange'));
      const states = statesOf(own) ?? statesOf(typed.get(ownTypes[i]?.toString() ?? '') ?? own);
      const variable: BrowsedVariable = {
        description: textOf(description?.value?.value),
        dataType: known ? (DataType[variant.dataType] ?? '') : String(dataType?.value?.value ?? ''),
        scalar: !isArray(rank) && (!known || variant.arrayType === VariantArrayType.Scalar),
        readable: typeof bits === 'number' && (bits & currentRead) !== 0,
        writable: typeof bits === 'number' && (bits & currentWrite) !== 0,
        unit: textOf(fieldOf(own.get('EngineeringUnits'), 'displayName')),
        ...(range === undefined ? {} : { range }),
        ...(states === undefined ? {} : { states }),
        ...(value === undefined ? {} : { value }),
      };
      return [nodeId.toString(), variable];
    }),
  );
}

function isArray(rank: DataValue | undefined): boolean {
  const value: unknown = rank?.value?.value;
  return typeof value === 'number' && value >= 0;
}

/** Data type defined by the server itself, not built in. */
function ownTypeOf(dataType: DataValue | undefined): NodeId | undefined {
  const type: unknown = dataType?.value?.value;
  if (!(type instanceof NodeId) || type.isEmpty()) return undefined;
  return type.namespace === 0 && Number(type.value) <= highestBuiltIn ? undefined : type;
}

/** Values of the properties that each node has. */
async function readProperties(
  requester: Requester,
  limits: ServerLimits,
  ids: readonly NodeId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlyMap<Property, unknown>>> {
  const wanted = ids.flatMap((nodeId) => properties.map((property) => ({ nodeId, property })));
  const paths = wanted.map(
    ({ nodeId, property }) =>
      new BrowsePath({
        startingNode: nodeId,
        relativePath: {
          elements: [{ referenceTypeId: hasProperty, isInverse: false, includeSubtypes: true, targetName: { name: property } }],
        },
      }),
  );
  const targets = await translate(requester, paths, limits.translate, signal);
  const found = wanted.flatMap(({ nodeId, property }, i) => {
    const result = targets[i];
    const target = typeof result === 'object' ? result.targets?.[0]?.targetId : undefined;
    return target === undefined ? [] : [{ nodeId, property, target: coerceNodeId(target) }];
  });
  const values = await read(
    requester,
    found.map(({ target }) => valueOf(target)),
    limits.read,
    signal,
  );
  const owned = new Map<string, Map<Property, unknown>>();
  found.forEach(({ nodeId, property }, i) => {
    const own = owned.get(nodeId.toString()) ?? new Map<Property, unknown>();
    own.set(property, values[i]?.value?.value as unknown);
    owned.set(nodeId.toString(), own);
  });
  return owned;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}

/** Text of a LocalizedText, or a plain text. */
function textOf(value: unknown): string {
  const text = fieldOf(value, 'text') ?? value;
  return typeof text === 'string' ? text.slice(0, 500) : '';
}

function rangeOf(value: unknown): BrowsedVariable['range'] {
  const low = fieldOf(value, 'low');
  const high = fieldOf(value, 'high');
  return typeof low === 'number' && typeof high === 'number' && low < high ? { low, high } : undefined;
}

function statesOf(own: ReadonlyMap<Property, unknown>): BrowsedVariable['states'] {
  const [names, values] = [own.get('EnumStrings'), own.get('EnumValues')];
  if (Array.isArray(names)) return Object.fromEntries(names.slice(0, mostStates).map((name, i) => [String(i), textOf(name)]));
  if (Array.isArray(values)) {
    return Object.fromEntries(
      values.slice(0, mostStates).map((entry) => {
        const value = fieldOf(entry, 'value');
        // A 64-bit integer is an array of two halves.
        const number = Array.isArray(value) ? Number(value[0]) * 2 ** 32 + Number(value[1]) : Number(value);
        return [String(number), textOf(fieldOf(entry, 'displayName'))];
      }),
    );
  }
  const [no, yes] = [textOf(own.get('FalseState')), textOf(own.get('TrueState'))];
  return no === '' || yes === '' ? undefined : { 0: no, 1: yes };
}
