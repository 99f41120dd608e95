import type { DirectStateStore, KeepAct, KeptStores, StateStore } from '../../core/state.ts';

/** Writing methods by store. A write is a call of one of them, kept as data until it is on disk. */
export const writes = {
  alerts: ['append'],
  audit: ['append'],
  users: ['add', 'change', 'remove'],
  sessions: ['add', 'touch', 'remove'],
  displays: ['add', 'remove'],
  apiTokens: ['add', 'use', 'remove'],
  baselines: ['add'],
  maintenance: ['add', 'end', 'savePlan', 'removePlan'],
  minor: ['save', 'trim'],
  shifts: ['addNote', 'addHandover', 'takeOver'],
  alarmRecords: ['append'],
  approvals: ['add', 'remove'],
  annotations: ['add', 'remove'],
  pens: ['keep', 'remove'],
} as const satisfies { readonly [Name in keyof StateStore]?: readonly (keyof StateStore[Name])[] };

export type StoreName = keyof typeof writes;
export type Stores = Pick<DirectStateStore, StoreName>;

type Method<Name extends StoreName> = (typeof writes)[Name][number] & keyof Stores[Name];
type Arguments<Call> = Call extends (...args: infer Args) => unknown ? Args : never;

/** A write: store, method, arguments. Plain data that can be sent to a thread. */
export type Operation = {
  [Name in StoreName]: {
    [Key in Method<Name>]: { readonly store: Name; readonly method: Key; readonly args: Arguments<Stores[Name][Key]> };
  }[Method<Name>];
}[StoreName];

/** Tables that are small enough to be kept in memory, so that their reads never wait for the disk. */
export const keptTables = [
  'user',
  'session',
  'wall_display',
  'api_token',
  'baseline',
  'maintenance',
  'maintenance_plan',
  'alarm_record',
  'approval',
  'annotation',
  'trend_pens',
] as const;

/** Reading methods that ask for the disk. All others read memory. */
export const reads = {
  alerts: ['get', 'changesAfter', 'changesOf', 'actsOf', 'find', 'idsDuring', 'lives', 'countAnomalies'],
  audit: ['read'],
  minor: ['ended'],
  shifts: ['notes', 'handovers', 'handover'],
} as const satisfies { readonly [Name in keyof StateStore]?: readonly (keyof StateStore[Name])[] };

/** A call of a reading method, as data. */
export interface ReadCall {
  readonly store: keyof typeof reads;
  readonly method: string;
  readonly args: readonly unknown[];
}

export const readFrom = (stores: Stores, { store, method, args }: ReadCall): unknown =>
  (stores[store] as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method]?.(...args);

/** Calls the method of an operation. */
export function perform(stores: Stores, { store, method, args }: Operation): void {
  const target = stores[store] as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  target[method]?.(...args);
}

/** Calls of an act, which are recorded and not performed. */
export function operationsOf(act: Parameters<KeepAct>[0]): readonly Operation[] {
  const operations: Operation[] = [];
  const recorders = Object.entries(writes).map(([store, methods]) => [
    store,
    Object.fromEntries(
      methods.map((method) => [
        method,
        (...args: readonly unknown[]) => void operations.push({ store, method, args } as unknown as Operation),
      ]),
    ),
  ]);
  act(Object.fromEntries(recorders) as KeptStores);
  return operations;
}

/** Text of an operation for messages about unsaved writes. Contains no secrets. */
export function describeOperation(operation: Operation): string {
  switch (operation.store) {
    case 'alerts': {
      const [{ alert, kind, by }] = operation.args;
      return `alert ${alert.id} ${kind} by ${by.role}`;
    }
    case 'audit': {
      const [{ action, object, role }] = operation.args;
      return `audit entry ${action} ${object} by ${role}`;
    }
    case 'users': {
      const [user] = operation.args;
      return `user ${typeof user === 'string' ? user : user.name} ${operation.method}`;
    }
    case 'sessions': {
      const [session] = operation.args;
      return `session ${typeof session === 'string' ? '' : `of ${session.user} `}${operation.method}`;
    }
    case 'displays': {
      const [display] = operation.args;
      return `wall display ${typeof display === 'string' ? display : display.name} ${operation.method}`;
    }
    case 'apiTokens': {
      const [token] = operation.args;
      return `API token ${typeof token === 'string' ? token : token.name} ${operation.method}`;
    }
    case 'baselines': {
      const [{ name, source }] = operation.args;
      return `baseline ${name} of ${source}`;
    }
    case 'maintenance':
      return `maintenance ${operation.method}`;
    case 'shifts':
      return operation.method === 'addNote'
        ? 'a note of the shift'
        : `handover ${operation.method === 'takeOver' ? 'taken over' : 'signed'}`;
    case 'annotations':
      return `annotation ${operation.method === 'add' ? operation.args[0].id : operation.args[0]} ${operation.method}`;
    case 'pens':
      return `pens of the trend ${operation.args[1]} ${operation.method}`;
    case 'minor':
      return operation.method === 'save' ? `minor finding ${operation.args[0].id}` : 'removal of old minor findings';
    case 'alarmRecords': {
      const [versions] = operation.args;
      return `${versions.length} changes of alarm records, first ${versions[0]?.id}`;
    }
    case 'approvals':
      return `request for a second person ${operation.method}`;
  }
}
