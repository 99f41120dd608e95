import {
  AttributeIds,
  DataType,
  type EventFieldList,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  LocalizedText,
  NodeId,
  SimpleAttributeOperand,
  Variant,
} from 'node-opcua-client';
import type { DeviceAlarmEvent } from '../../../src/core/observation.ts';

/** Types of the standard (OPC 10000-9 and 10000-5) whose fields are requested. */
const baseEvent = 'i=2041';
const condition = 'i=2782';
const acknowledgeableCondition = 'i=2881';
const alarmCondition = 'i=2915';
/** The server had to drop events. The other types announce a refresh, which would be a Call. */
const queueOverflow = 'i=3035';

/** Fields requested of each event, in the order of the answer. */
const fields = [
  { type: baseEvent, path: ['EventType'] },
  { type: baseEvent, path: ['SourceName'] },
  { type: baseEvent, path: ['Message'] },
  { type: baseEvent, path: ['Severity'] },
  { type: condition, path: ['ConditionName'] },
  { type: alarmCondition, path: ['ActiveState', 'Id'] },
  { type: acknowledgeableCondition, path: ['AckedState', 'Id'] },
] as const;

/**
 * Filter for the fields of `readAlarm`. @param alarmsAlone false for servers that cannot filter by type: the collector then
 * filters
 */
export function alarmFilter(alarmsAlone: boolean): EventFilter {
  return new EventFilter({
    selectClauses: fields.map(
      ({ type, path }) =>
        new SimpleAttributeOperand({
          typeDefinitionId: type,
          browsePath: path.map((name) => ({ namespaceIndex: 0, name })),
          attributeId: AttributeIds.Value,
        }),
    ),
    whereClause: alarmsAlone
      ? {
          elements: [
            {
              filterOperator: FilterOperator.OfType,
              filterOperands: [
                new LiteralOperand({
                  value: new Variant({ dataType: DataType.NodeId, value: NodeId.resolveNodeId(alarmCondition) }),
                }),
              ],
            },
          ],
        }
      : { elements: [] },
  });
}

/** Meaning of a server's event: the state of an alarm, lost events, or irrelevant. */
export type AlarmReport = Omit<DeviceAlarmEvent, 'type' | 'time' | 'device'> | 'overflow' | undefined;

/** Maximum length of a server's texts, characters. */
const mostText = 500;

/** Reads one event of `alarmFilter`. */
export function readAlarm({ eventFields }: EventFieldList): AlarmReport {
  const values: readonly unknown[] = (eventFields ?? []).map((field) => field.value as unknown);
  const [type, source, message, severity, name, active, acknowledged] = values;
  if (type instanceof NodeId && type.toString() === `ns=0;${queueOverflow}`) return 'overflow';
  // an event without a state is not an alarm
  if (typeof active !== 'boolean' || typeof name !== 'string') return undefined;
  return {
    source: textOf(source),
    condition: name.slice(0, mostText),
    active,
    acknowledged: acknowledged === true,
    severity: typeof severity === 'number' ? Math.min(1_000, Math.max(1, severity)) : 1,
    message: textOf(message),
  };
}

function textOf(value: unknown): string {
  const text = value instanceof LocalizedText ? value.text : value;
  return typeof text === 'string' ? text.slice(0, mostText) : '';
}
