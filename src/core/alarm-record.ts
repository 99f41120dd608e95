import type { Actor } from './alert.ts';
import type { ConditionTag } from './return-condition.ts';

/** Findings that an alarm record matches. Each list that is not empty must contain the finding; an empty one matches any. */
export interface AlarmMatch {
  /** Types of detectors. */
  readonly detectors: readonly string[];
  /** Last part of the channel's name after `/`, e.g. `write` of the traffic channel `plc1/write`. */
  readonly kinds: readonly string[];
  /** Names with the wildcards `*` and `?`. One of the finding's tags must fit one of them. */
  readonly tags: readonly string[];
  readonly equipment: readonly string[];
  readonly areas: readonly string[];
  readonly devices: readonly string[];
  /** ATT&CK ids (v19) of techniques that were observed, not only possible. */
  readonly techniques: readonly string[];
  /** Side of the expected value on which the matched tag is; without `tags`, the first contributing tag. */
  readonly direction?: 'high' | 'low' | undefined;
}

/** Names that a match may use. */
export interface MatchedPlant {
  readonly detectors: readonly string[];
  readonly tags: readonly string[];
  readonly equipment: readonly string[];
  readonly areas: readonly string[];
  readonly devices: readonly string[];
  /** Tag of a name, for return conditions; undefined if the plant does not have it. */
  readonly tagOf: (name: string) => ConditionTag | undefined;
}

/** Entry of the master alarm database (ISA-18.2): it makes the findings that it matches alarms. */
export interface AlarmRecord {
  readonly id: string;
  readonly match: AlarmMatch;
  readonly priority: 1 | 2 | 3;
  /** Group of alarms that are managed alike, e.g. `process` or `security`. */
  readonly class: string;
  readonly cause: string;
  /** Consequence if nobody responds. */
  readonly consequence: string;
  /** Steps of the operator, one a line. */
  readonly response: string;
  /** Time in which the response prevents the consequence, ms. */
  readonly respondWithinMs: number;
  readonly owner: string;
  /** Condition that must hold before the alarm returns to normal, as `parseReturn` reads it; absent if the end of the findings decides. */
  readonly returnWhen?: string | undefined;
  /** Time for which the condition must hold, ms; absent for none. */
  readonly returnDelayMs?: number | undefined;
}

/** Most records of a site, and most characters of their texts. */
export const alarmRecordLimits = {
  records: 2_000,
  id: 40,
  /** Entries of one list of a match, and characters of an entry. */
  patterns: 20,
  pattern: 128,
  class: 40,
  cause: 300,
  consequence: 300,
  response: 600,
  owner: 80,
  reason: 500,
  /** Longest file, characters. */
  file: 2_000_000,
  respondWithinMs: 7 * 86_400_000,
  returnWhen: 300,
  returnDelayMs: 3_600_000,
} as const;

/** `proposed` and `proposed-removal` wait for a second person; all others but `rejected` take effect. */
export const alarmRecordActs = ['changed', 'removed', 'proposed', 'proposed-removal', 'approved', 'rejected'] as const;
export type AlarmRecordAct = (typeof alarmRecordActs)[number];

/** One step in the history of a record. Steps are numbered from 1 and never change. */
export interface AlarmRecordVersion {
  readonly id: string;
  readonly version: number;
  /** ms UTC */
  readonly at: number;
  readonly by: Actor;
  readonly act: AlarmRecordAct;
  /** `file` if the record comes from the file of the configuration and no person has changed it. */
  readonly origin: 'file' | 'person';
  readonly reason: string;
  /** Content that this step states; absent if it removes the record, or rejects. */
  readonly record?: AlarmRecord | undefined;
}

/** A record in force, or one that waits for its first approval. */
export interface AlarmRecordEntry {
  readonly id: string;
  /** Number of its last version, which a change must state. */
  readonly last: number;
  /** Absent if it is not in force yet. */
  readonly inForce?: AlarmRecordVersion | undefined;
  /** Change that waits for a second person. */
  readonly proposal?: AlarmRecordVersion | undefined;
}

/** Outcome of an import. */
export interface AlarmRecordImport {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** An alarm limit of the configuration, with its priority and response: its own, or those of a record. */
export interface RationalisedLimit {
  readonly tag: string;
  readonly priority?: 1 | 2 | 3 | undefined;
  readonly response?: string | undefined;
  /** Absent if the configuration itself states priority and response, or nothing does. */
  readonly record?: string | undefined;
}

/** The alarm records of the site. The audit trail has every act. Methods throw ScadaError INPUT_INVALID for invalid input. */
export interface AlarmRecordControl {
  /** True if each change needs the approval of another user. */
  readonly secondPerson: boolean;
  /** Names that a match may use. */
  readonly plant: MatchedPlant;
  /** Sorted by id. */
  list(): readonly AlarmRecordEntry[];
  /** All alarm limits of the configuration, in the order of the tags. */
  limits(): readonly RationalisedLimit[];
  /** Oldest first. */
  history(id: string): readonly AlarmRecordVersion[];
  /** Adds or replaces a record. @param version expected last version; 0 for a new record */
  change(record: AlarmRecord, version: number, by: Actor, reason: string): void;
  remove(id: string, version: number, by: Actor, reason: string): void;
  /** Approves or rejects the waiting change of a record. Only another user may approve. */
  decide(id: string, version: number, accept: boolean, by: Actor, reason: string): void;
  /** Adds and replaces records; others stay. All or none. */
  import(records: readonly AlarmRecord[], by: Actor, reason: string): AlarmRecordImport;
}
