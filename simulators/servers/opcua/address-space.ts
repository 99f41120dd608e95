import { DataType, DataValue, StatusCodes, Variant } from 'node-opcua-client';
import type { OPCUAServer } from 'node-opcua-server';
import { ScadaError } from '../../../src/core/errors.ts';
import type { Plant, PlantPoint } from '../../../src/core/plant.ts';
import { buildCompanion, type CompanionSpace } from './companion.ts';
import type { Folder, Namespace, PointPlace, Variable } from './nodes.ts';
import { engineeringUnit } from './units.ts';

interface Served {
  readonly index: number;
  readonly dataType: DataType;
  readonly variable: Variable;
}

/**
 * Points of a plant as an OPC UA address space: Objects / area / equipment / variable. Names are point names, and node ids are
 * `ns=1;s=<point name>` unless other namespaces are configured. A client that has the plant's point list needs no browsing.
 */
export class PlantSpace {
  readonly #plant: Plant;
  readonly #namespace: Namespace;
  readonly #served: Served[] = [];
  readonly #folders = new Map<string, Folder>();
  readonly #variables = new Map<string, Variable>();
  readonly #companion: CompanionSpace | undefined;

  constructor(server: OPCUAServer, plant: Plant, namespaces: readonly string[] = []) {
    const space = server.engine.addressSpace;
    if (space === null)
      throw new ScadaError('fatal', 'INTERNAL', 'the OPC UA server has no address space before it is initialised');
    this.#plant = plant;
    this.#namespace = namespaces.map((uri) => space.registerNamespace(uri)).at(-1) ?? space.getOwnNamespace();
    const companion = plant.companion;
    this.#companion =
      companion === undefined
        ? undefined
        : buildCompanion(space, this.#namespace, companion, plant.points, (point, place) => this.#placeInModel(point, place));
    plant.points.forEach((point, index) => {
      if (point.opcua) this.#serve(point, index, space.rootFolder.objects);
    });
    this.publish();
  }

  get size(): number {
    return this.#served.length;
  }

  /** Variable of a point; undefined if it is not served. */
  variableOf(point: string): Variable | undefined {
    return this.#variables.get(point);
  }

  /** Publishes the present registers with plant time. Must be called after each step of the plant. */
  publish(): void {
    const time = new Date(this.#plant.time);
    for (const { index, dataType, variable } of this.#served) {
      const status = this.#plant.failed[index] === 1 ? StatusCodes.BadSensorFailure : StatusCodes.Good;
      variable.setValueFromSource(this.#valueOf(index, dataType), status, time);
    }
    this.#companion?.publish(this.#plant.registers, time);
  }

  #placeInModel(name: string, place: PointPlace): Variable {
    const index = this.#plant.points.findIndex((point) => point.name === name);
    const point = this.#plant.points[index];
    if (point?.opcua !== true) throw new ScadaError('fatal', 'INTERNAL', `the OPC UA model names ${name}, which is not served`);
    return this.#addVariable(point, index, place);
  }

  /** Adds a point to its folder; one that a companion model has placed is only organised by it. */
  #serve(point: PlantPoint, index: number, objects: Folder): void {
    const area = this.#folder(objects, `area/${point.area}`, point.area);
    const parent = this.#folder(area, `equipment/${point.area}/${point.equipment}`, point.equipment);
    const placed = this.#variables.get(point.name);
    if (placed !== undefined) parent.addReference({ referenceType: 'Organizes', nodeId: placed.nodeId });
    else this.#addVariable(point, index, { parent, browseName: { name: point.name, namespaceIndex: this.#namespace.index } });
  }

  #addVariable(point: PlantPoint, index: number, place: PointPlace): Variable {
    const dataType = place.dataType ?? dataTypeOf(point);
    const common = {
      componentOf: place.parent,
      browseName: place.browseName,
      displayName: place.browseName.name,
      description: point.description,
      nodeId: `s=${point.name}`,
      dataType: place.dataTypeNode ?? dataType,
      // The library rejects 0 together with a getter; the value is set below.
      minimumSamplingInterval: point.writable ? 1 : 0,
      accessLevel: point.writable ? 'CurrentRead | CurrentWrite' : 'CurrentRead',
      userAccessLevel: point.writable ? 'CurrentRead | CurrentWrite' : 'CurrentRead',
      value: point.writable ? this.#writable(index, dataType) : this.#valueOf(index, dataType),
    };
    const range = { low: point.low, high: point.high };
    const unit = engineeringUnit(point.unit);
    const { typeDefinition } = place;
    const isPlain = dataType === DataType.Boolean || place.dataTypeNode !== undefined;
    let variable: Variable;
    if (isPlain) variable = this.#namespace.addVariable(common);
    else if (typeDefinition !== undefined) {
      variable = this.#namespace.addVariable({ ...common, typeDefinition });
      this.#addProperty(variable, 'EURange', 'Range', range);
      this.#addProperty(variable, 'EngineeringUnits', 'EUInformation', unit);
    } else variable = this.#namespace.addAnalogDataItem({ ...common, engineeringUnitsRange: range, engineeringUnits: unit });
    variable.minimumSamplingInterval = 0;
    this.#variables.set(point.name, variable);
    this.#served.push({ index, dataType, variable });
    return variable;
  }

  /** Adds a property with a structure of the standard as its value. */
  #addProperty(variable: Variable, name: string, dataType: string, value: object): void {
    const type = this.#namespace.addressSpace.findDataType(dataType);
    if (type === null) throw new ScadaError('fatal', 'INTERNAL', `the standard nodeset has no data type ${dataType}`);
    this.#namespace.addVariable({
      propertyOf: variable,
      browseName: { name, namespaceIndex: 0 },
      typeDefinition: 'PropertyType',
      dataType,
      value: {
        dataType: DataType.ExtensionObject,
        value: this.#namespace.addressSpace.constructExtensionObject(type, { ...value }),
      },
    });
  }

  /** Callbacks of a writable variable. A client's write goes to the plant; its effect is visible after the next step. */
  #writable(index: number, dataType: DataType) {
    const plant = this.#plant;
    return {
      timestamped_get: () =>
        new DataValue({
          value: new Variant(this.#valueOf(index, dataType)),
          statusCode: plant.failed[index] === 1 ? StatusCodes.BadSensorFailure : StatusCodes.Good,
          sourceTimestamp: new Date(plant.time),
          serverTimestamp: new Date(plant.time),
        }),
      timestamped_set: async (written: DataValue) => {
        try {
          plant.write(index, Number(written.value.value));
        } catch (thrown) {
          if (!(thrown instanceof RangeError)) throw thrown;
          return StatusCodes.BadOutOfRange;
        }
        // The stored value and time are the plant's, never the client's.
        written.sourceTimestamp = new Date(plant.time);
        written.statusCode = StatusCodes.Good;
        return StatusCodes.Good;
      },
    };
  }

  #valueOf(index: number, dataType: DataType) {
    const value = this.#plant.registers[index] as number;
    return {
      dataType,
      value: dataType === DataType.Boolean ? value !== 0 : dataType === DataType.Double ? value : Math.round(value),
    };
  }

  #folder(parent: Folder, id: string, name: string): Folder {
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    const folder = this.#namespace.addFolder(parent, { browseName: name, nodeId: `s=${id}` });
    this.#folders.set(id, folder);
    return folder;
  }
}

const integerTypes: Readonly<Record<PlantPoint['modbus']['type'], DataType>> = {
  bit: DataType.Boolean,
  float32: DataType.Double,
  int16: DataType.Int16,
  uint16: DataType.UInt16,
  int32: DataType.Int32,
  uint32: DataType.UInt32,
};

/** Data type of a point: a scaled register holds a fraction, so that it is served as a floating-point number. */
const dataTypeOf = ({ modbus }: PlantPoint): DataType =>
  modbus.type !== 'bit' && modbus.scale !== 1 ? DataType.Double : integerTypes[modbus.type];
