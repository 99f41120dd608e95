import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataType } from 'node-opcua-client';
import { nodesets } from 'node-opcua-nodesets';
import { OPCUAServer } from 'node-opcua-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompanionModel } from '../../../src/core/companion-model.ts';
import { TinyPlant, tinyPoint } from '../../../test/support/tiny-plant.ts';
import { PlantSpace } from './address-space.ts';
import { openServerPki } from './pki.ts';

const opcua = true;
const points = [
  tinyPoint('A1.POS', { table: 'input', type: 'float32' }, { opcua, unit: '°' }),
  tinyPoint('MODE', { type: 'uint16', address: 2 }, { opcua, unit: '' }),
  tinyPoint('PROG', { type: 'uint16', address: 3 }, { opcua, unit: '', writable: true }),
];
const companion: CompanionModel = {
  nodesets: ['di', 'ia', 'robotics'],
  devices: [
    {
      name: 'Axis',
      type: 'robotics:AxisType',
      children: [
        { name: 'di:ParameterSet', type: 'BaseObjectType', children: [{ name: 'robotics:ActualPosition', point: 'A1.POS' }] },
      ],
    },
    {
      name: 'Safety',
      type: 'robotics:SafetyStateType',
      children: [
        { name: 'robotics:OperationalMode', point: 'MODE', dataType: 'robotics:OperationalModeEnumeration' },
        { name: 'robotics:TaskProgramName', shows: { point: 'PROG', as: { 2: 'PRODUCT_B' } } },
      ],
    },
  ],
  references: [{ from: 'Safety', type: 'robotics:Requires', to: 'Axis' }],
};

class ModelPlant extends TinyPlant {
  readonly companion = companion;
}

let folder: string;
let server: OPCUAServer;
const plant = new ModelPlant(points);
let space: PlantSpace;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scadawatch-companion-'));
  const pki = await openServerPki(folder, 'urn:test');
  const files = companion.nodesets.map((name) => nodesets[name]);
  server = new OPCUAServer({
    port: 0,
    nodesets: [nodesets.standard, ...files],
    serverCertificateManager: pki.manager,
    serverInfo: { applicationUri: 'urn:test' },
  });
  await server.initialize();
  space = new PlantSpace(server, plant);
});
afterAll(async () => {
  await server.shutdown(0);
  await rm(folder, { recursive: true, force: true });
});

describe('a companion model', () => {
  it('has the types of the nodesets, and points with their usual node ids', () => {
    const axis = server.engine.addressSpace?.findNode('ns=1;s=model/Axis') as {
      typeDefinitionObj: { browseName: { name: string } };
    } | null;
    expect(axis?.typeDefinitionObj.browseName.name).toBe('AxisType');
    const position = space.variableOf('A1.POS');
    expect([String(position?.nodeId), position?.browseName.name]).toEqual(['ns=1;s=A1.POS', 'ActualPosition']);
    expect(space.size).toBe(3);
  });

  it('sends an enumeration as Int32, and shows a number as text', () => {
    plant.set('MODE', 3);
    plant.set('PROG', 2);
    plant.step(1);
    space.publish();
    expect(space.variableOf('MODE')?.readValue().value).toMatchObject({ dataType: DataType.Int32, value: 3 });
    const text = server.engine.addressSpace?.findNode('ns=1;s=model/Safety/TaskProgramName') as {
      readValue: () => { value: { value: unknown } };
    } | null;
    expect(text?.readValue().value.value).toBe('PRODUCT_B');
  });
});
