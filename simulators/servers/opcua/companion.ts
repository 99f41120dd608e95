import { DataType, type NodeId, StatusCodes } from 'node-opcua-client';
import { ScadaError } from '../../../src/core/errors.ts';
import type { CompanionModel, CompanionNode, CompanionNodeset } from '../../../src/core/companion-model.ts';
import type { AddressSpace, Folder, Namespace, PointPlace, Variable } from './nodes.ts';

const uris: Readonly<Record<CompanionNodeset, string>> = {
  di: 'http://opcfoundation.org/UA/DI/',
  ia: 'http://opcfoundation.org/UA/IA/',
  robotics: 'http://opcfoundation.org/UA/Robotics/',
};

/** A built companion model. */
export interface CompanionSpace {
  /** Publishes the variables that show points as text. @param registers in the order of the plant's points */
  publish(registers: ArrayLike<number>, time: Date): void;
}

interface Shown {
  readonly variable: Variable;
  readonly shows: NonNullable<CompanionNode['shows']>;
}

function textOf(value: number, as: NonNullable<CompanionNode['shows']>['as']): string {
  return as === 'duration' ? `PT${value.toFixed(1)}H` : (as[value] ?? '');
}

/** Builds the nodes of a companion model below DeviceSet. */
class Builder {
  readonly #space: AddressSpace;
  readonly #own: Namespace;
  readonly #place: (point: string, place: PointPlace) => Variable;
  readonly #nodes = new Map<string, NodeId>();
  readonly shown: Shown[] = [];

  constructor(space: AddressSpace, own: Namespace, place: (point: string, place: PointPlace) => Variable) {
    this.#space = space;
    this.#own = own;
    this.#place = place;
  }

  build({ devices, references }: CompanionModel): void {
    const root = this.#space.rootFolder.objects.getFolderElementByName('DeviceSet', this.#indexOf('di'));
    if (root === null) throw new ScadaError('fatal', 'INTERNAL', 'the nodeset di has no DeviceSet');
    for (const node of devices) this.#add(node, root as Folder, '');
    for (const { from, type, to } of references) {
      const [{ namespace, name }, source] = [this.#split(type), this.#space.findNode(this.#at(from))];
      const referenceType = this.#space.findReferenceType(name, namespace);
      if (referenceType === null || source === null) throw new ScadaError('fatal', 'INTERNAL', `there is no reference ${type}`);
      source.addReference({ referenceType: referenceType.nodeId, nodeId: this.#at(to) });
    }
  }

  #add(node: CompanionNode, parent: Folder, path: string): void {
    const { namespace, name } = this.#split(node.name, this.#own.index);
    const at = path === '' ? name : `${path}/${name}`;
    const browseName = { name, namespaceIndex: namespace };
    const made = this.#make(node, parent, browseName, at);
    this.#nodes.set(at, made.nodeId);
    for (const child of node.children ?? []) this.#add(child, made as Folder, at);
  }

  #make(node: CompanionNode, parent: Folder, browseName: PointPlace['browseName'], at: string): Variable | Folder {
    const { point, constant, shows, dataType, type } = node;
    const nodeId = `s=model/${at}`;
    if (point !== undefined) {
      const typed = type === undefined ? {} : { typeDefinition: this.#typeNode(type) };
      return this.#place(point, { parent, browseName, ...this.#wire(dataType), ...typed });
    }
    if (shows !== undefined) {
      const dataType = shows.as === 'duration' ? 'DurationString' : 'String';
      const value = { dataType: DataType.String, value: '' };
      const variable = this.#own.addVariable({ componentOf: parent, browseName, nodeId, dataType, value });
      this.shown.push({ variable, shows });
      return variable;
    }
    if (constant !== undefined) {
      const isText = constant.type === 'String' || constant.type === 'LocalizedText';
      return this.#own.addVariable({
        propertyOf: parent,
        browseName,
        nodeId,
        dataType: isText ? constant.type : this.#typeNode(constant.type),
        value: isText
          ? { dataType: DataType[constant.type], value: constant.type === 'String' ? constant.value : { text: constant.value } }
          : { dataType: DataType.Int32, value: constant.value },
      });
    }
    const typeDefinition = type === undefined ? 'FolderType' : this.#typeNode(type);
    return this.#own.addObject({ componentOf: parent, browseName, nodeId, typeDefinition });
  }

  #wire(dataType: CompanionNode['dataType']): Pick<PointPlace, 'dataType' | 'dataTypeNode'> {
    if (dataType === undefined) return {};
    if (dataType === 'Boolean') return { dataType: DataType.Boolean };
    // OPC UA sends an enumeration as an Int32
    return { dataType: DataType.Int32, dataTypeNode: this.#typeNode(dataType) };
  }

  /** Node of an object type, variable type or data type. */
  #typeNode(type: string): NodeId {
    const { namespace, name } = this.#split(type);
    const space = this.#space;
    const node =
      space.findObjectType(name, namespace) ?? space.findVariableType(name, namespace) ?? space.findDataType(name, namespace);
    if (node === null) throw new ScadaError('fatal', 'INTERNAL', `the nodesets have no type ${type}`);
    return node.nodeId;
  }

  #at(path: string): NodeId {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new ScadaError('fatal', 'INTERNAL', `the OPC UA model has no node ${path}`);
    return node;
  }

  #split(name: string, standard = 0): { readonly namespace: number; readonly name: string } {
    const [first = '', second] = name.split(':');
    return second === undefined
      ? { namespace: standard, name: first }
      : { namespace: this.#indexOf(first as CompanionNodeset), name: second };
  }

  #indexOf(nodeset: CompanionNodeset): number {
    return this.#space.getNamespaceIndex(uris[nodeset]);
  }
}

/**
 * Builds a companion model. @param place creates the variable of a point at its place
 * @throws ScadaError `fatal` for a name that the nodesets do not have
 */
export function buildCompanion(
  space: AddressSpace,
  own: Namespace,
  model: CompanionModel,
  points: readonly { readonly name: string }[],
  place: (point: string, place: PointPlace) => Variable,
): CompanionSpace {
  const builder = new Builder(space, own, place);
  builder.build(model);
  const shown = builder.shown.map(({ variable, shows: { point, as } }) => {
    return { variable, as, index: points.findIndex(({ name }) => name === point) };
  });
  return {
    publish: (registers, time) => {
      for (const { variable, index, as } of shown) {
        const text = textOf(registers[index] ?? 0, as);
        variable.setValueFromSource({ dataType: DataType.String, value: text }, StatusCodes.Good, time);
      }
    },
  };
}
