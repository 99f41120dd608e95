import { expect, it } from 'vitest';
import type { Event } from '../core/observation.ts';
import { ConversationBoard } from './conversations.ts';

const traffic = (client: string, time: number, more: object = {}): Event => ({
  type: 'wire-traffic',
  time,
  tap: 'tap',
  ends: { client, server: '10.0.0.2', port: 502, protocol: 'modbus', device: 'plc1' },
  operation: 'FC3',
  unit: 1,
  first: false,
  packets: 2,
  bytes: 120,
  requests: 1,
  responses: 1,
  exceptions: 0,
  low: 0,
  high: 9,
  latencyMs: 3,
  ...more,
});

it('sums up traffic by its ends and lists the last active first', () => {
  const board = new ConversationBoard();
  board.take(traffic('10.0.0.9', 1_000));
  board.take(traffic('10.0.0.8', 2_000, { unit: 7 }));
  board.take(traffic('10.0.0.9', 3_000, { operation: 'FC16', unit: 2 }));
  expect(board.list()).toMatchObject({
    unlisted: 0,
    conversations: [
      {
        client: '10.0.0.9',
        device: 'plc1',
        units: [1, 2],
        operations: ['FC16', 'FC3'],
        packets: 4,
        bytes: 240,
        firstAt: 1_000,
        lastAt: 3_000,
      },
      { client: '10.0.0.8', units: [7], packets: 2 },
    ],
  });
});

it('keeps at most 1000 conversations and counts the others', () => {
  const board = new ConversationBoard();
  for (let i = 0; i < 1_003; i++) board.take(traffic(`10.1.${i >> 8}.${i & 255}`, i));
  board.take(traffic('10.1.3.234', 2_000));
  const { conversations, unlisted } = board.list();
  expect([conversations.length, unlisted]).toEqual([1_000, 3]);
});
