import type { OPCUAServer } from 'node-opcua-server';
import { ScadaError } from '../../../src/core/errors.ts';
import type { PlantSpace } from './address-space.ts';

/** An alarm condition of the server's own, above a limit of a point. */
export interface OpcuaAlarm {
  /** Name of a point that is served. */
  readonly point: string;
  /** Limit in the point's unit. */
  readonly high: number;
  /** Name of the condition, e.g. `CW.LT01 high`. */
  readonly name: string;
}

/** Conditions of the standard's exclusive limit type (OPC 10000-9, 5.8.19), whose events the Server object emits. */
export function serveAlarms(server: OPCUAServer, space: PlantSpace, alarms: readonly OpcuaAlarm[]): void {
  const addressSpace = server.engine.addressSpace;
  if (addressSpace === null) throw new ScadaError('fatal', 'INTERNAL', 'the OPC UA server has no address space yet');
  const namespace = addressSpace.getOwnNamespace();
  for (const { point, high, name } of alarms) {
    const variable = space.variableOf(point);
    if (variable === undefined) {
      throw new ScadaError('config', 'LAB_REFUSED', `an OPC UA alarm is for ${point}, which the server does not serve`, {
        hint: 'name a point that has `opcua: true`',
      });
    }
    const source = variable.parent;
    if (source === null) throw new ScadaError('fatal', 'INTERNAL', `${point} has no place in the address space`);
    // Events propagate from the variable over its equipment to the Server object, to which clients subscribe.
    addressSpace.rootFolder.objects.server.addReference({ referenceType: 'HasNotifier', nodeId: source.nodeId });
    source.addReference({ referenceType: 'HasEventSource', nodeId: variable.nodeId });
    // The library requires a source that its types do not declare.
    const place = { conditionSource: variable, conditionOf: variable, inputNode: variable };
    const condition = namespace.instantiateExclusiveLimitAlarm('ExclusiveLimitAlarmType', {
      ...place,
      browseName: name,
      nodeId: `s=alarm/${point}`,
      conditionName: name,
      highLimit: high,
      lowLimit: -Number.MAX_VALUE,
    });
    condition.sourceName.setValueFromSource({ dataType: 'String', value: point });
  }
}
