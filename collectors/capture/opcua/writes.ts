import { isRefusal } from './status.ts';
import type { OpcuaPoints } from './points.ts';
import type { Request } from './requests.ts';
import type { ServerSeen } from './seen.ts';
import { type Scalar, scalarOf, shown, type Variant } from './variant.ts';

/** One change that a Write or a Call requests. */
export interface Change {
  readonly target: string;
  /** Node whose value is written; undefined for another attribute, a part of an array or a method. */
  readonly node: string | undefined;
  readonly after: Scalar;
}

/** A request that changes something, until its answer arrives. */
export interface Changes {
  readonly kind: 'changes';
  readonly operation: string;
  readonly changes: readonly Change[];
  /** Number of changes beyond those that were decoded and kept. */
  readonly more: number;
}

/** AttributeId of Value. */
export const valueAttribute = 13;
/** Names of the other attributes that can be written (OPC 10000-6, A.1). */
const attributes: Readonly<Record<number, string>> = {
  1: 'NodeId',
  2: 'NodeClass',
  3: 'BrowseName',
  4: 'DisplayName',
  5: 'Description',
  6: 'WriteMask',
  7: 'UserWriteMask',
  12: 'EventNotifier',
  14: 'DataType',
  15: 'ValueRank',
  16: 'ArrayDimensions',
  17: 'AccessLevel',
  18: 'UserAccessLevel',
  19: 'MinimumSamplingInterval',
  20: 'Historizing',
  21: 'Executable',
  22: 'UserExecutable',
};
/** Methods of OPC 10000-12 and -18 whose arguments are secrets: users' passphrases, keys, credentials. */
const confidential = new Set([13737, 18006, 24269, 24271, 24275, 24304, 24306, 24310].map((id) => `i=${id}`));

const kept = <T>(
  operation: string,
  { items, total }: { readonly items: readonly T[]; readonly total: number },
  change: (item: T) => Change,
): Changes => ({
  kind: 'changes',
  operation,
  changes: items.map(change),
  more: total - items.length,
});

/** Changes that a Write requests. */
export function writesOf({ body }: Extract<Request, { name: 'Write' }>, seen: ServerSeen): Changes {
  return kept('Write', body.nodes, ({ node: sent, attribute, range, value }) => {
    const node = seen.nodeOf(sent);
    const part = range === '' ? '' : `[${range}]`;
    const whole = attribute === valueAttribute && part === '';
    const name = attribute === valueAttribute ? '' : ` ${attributes[attribute] ?? `attribute ${attribute}`}`;
    return {
      target: shown(`${node}${name}${part}`),
      node: whole ? node : undefined,
      after: value.value === undefined ? 'null' : scalarOf(value.value),
    };
  });
}

/** Effect of a Call: object, method and the arguments as one text. */
export function callsOf({ body }: Extract<Request, { name: 'Call' }>): Changes {
  return kept('Call', body.methods, ({ object, method, inputs }) => ({
    target: shown(`${object} → ${method}`),
    node: undefined,
    after: confidential.has(method) ? `(${inputs.total} arguments, not shown)` : argumentsOf(inputs.items),
  }));
}

const argumentsOf = (inputs: readonly Variant[]): string => shown(`(${inputs.slice(0, 20).map(scalarOf).join(', ')})`);

/** Receives changes. */
export interface ChangeSink {
  readonly device: string | undefined;
  readonly seen: ServerSeen;
  readonly points: OpcuaPoints;
  change(change: {
    readonly operation: string;
    readonly target: string;
    readonly tag: number | undefined;
    readonly before: Scalar | undefined;
    readonly after: Scalar;
    readonly accepted: boolean | undefined;
  }): void;
  /** Receives the values of nodes in one response. */
  answered(operation: string, values: readonly (readonly [node: string, value: Scalar])[]): void;
}

/**
 * Reports the result of each change.
 * @param refused true if the whole request was rejected, undefined if no answer was seen
 * @param results StatusCodes of the individual changes
 */
export function reportChanges(
  { operation, changes, more }: Changes,
  refused: boolean | undefined,
  results: readonly number[],
  sink: ChangeSink,
): void {
  changes.forEach(({ target, node, after }, row) => {
    const result = results[row];
    const accepted = refused === true ? false : result === undefined ? undefined : !isRefusal(result);
    const before = node === undefined ? undefined : sink.seen.value(node);
    const tag = node === undefined ? undefined : sink.points.tagOf(sink.device, node);
    sink.change({ operation, target, tag, before, after, accepted });
    if (accepted === true && node !== undefined) sink.seen.setValue(node, after);
  });
  if (more <= 0) return;
  const accepted = refused === true ? false : undefined;
  sink.change({ operation, target: `${more} more`, tag: undefined, before: undefined, after: 'not read', accepted });
}
