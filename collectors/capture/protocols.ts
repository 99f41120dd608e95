import type { DeviceEndpoint } from '../../src/core/collector.ts';
import type { TagTable } from '../../src/core/tag.ts';
import type { StreamProtocol } from './decoder.ts';
import { modbusPoints, modbusStream } from './modbus/index.ts';
import { opcuaPoints, opcuaStream } from './opcua/index.ts';

/** Every protocol that a tap can read: a new one adds its line here. Made anew for each capture, as they remember values. */
export const streamProtocols = (tags: TagTable, devices: readonly DeviceEndpoint[]): readonly StreamProtocol[] => [
  opcuaStream(opcuaPoints(tags, devices)),
  modbusStream(modbusPoints(tags, devices)),
];
