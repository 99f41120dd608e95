import type { StreamProtocol } from '../decoder.ts';
import type { ReadingPace } from '../reading-pace.ts';
import { ModbusConversation } from './conversation.ts';
import { RegisterMemory } from './memory.ts';
import type { ModbusPoints } from './points.ts';
import { recognise } from './recognise.ts';
import { WriteReader } from './writes.ts';

export { type ModbusPoint, type ModbusPoints, modbusPoints } from './points.ts';

/**
 * Modbus TCP decoder of a tap. All connections of a tap share it, so that a read on one gives the old value of a write on
 * another.
 */
export function modbusStream(points: ModbusPoints, pace: ReadingPace): StreamProtocol {
  const memory = new RegisterMemory();
  const writes = new WriteReader(points, memory);
  let unanswered = 0;
  const shared = {
    points,
    memory,
    writes,
    pace,
    unanswered: () => {
      unanswered++;
    },
  };
  return {
    protocol: 'modbus',
    ports: [502],
    recognise: (_from, bytes, expected) => recognise(bytes, expected),
    create: (context) => new ModbusConversation(context, shared),
    figures: () =>
      new Map([
        ['modbus-unanswered', unanswered],
        ['modbus-forgotten-pages', memory.evicted],
      ]),
  };
}
