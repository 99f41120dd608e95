import type { ReferenceEvent, ReferenceValue } from '../../src/core/reference.ts';
import type { WireWriteEvent } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

/** Approval of the reference set in force. */
export interface Approval {
  readonly version: number;
  /** ms UTC */
  readonly at: number;
  readonly role: string;
}

/** Last write to a tag that a tap saw. */
export interface SeenWrite {
  readonly client: string;
  readonly time: number;
}

/** The reference set in force and the last write to each of its tags. A part of the running state. */
export class Approved {
  approval: Approval = { version: 0, at: 0, role: '' };
  readonly #values = new Map<string, ReferenceValue>();
  /** By tag name, only of tags with a reference value: their number bounds it. */
  readonly #writes = new Map<string, SeenWrite>();

  valueOf(tag: string): ReferenceValue | undefined {
    return this.#values.get(tag);
  }

  writeTo(tag: string): SeenWrite | undefined {
    return this.#writes.get(tag);
  }

  /** @param isJudged true for the names of tags that this detector watches */
  use({ version, approvedAt, role, values }: ReferenceEvent, isJudged: (tag: string) => boolean): void {
    this.approval = { version, at: approvedAt, role };
    this.#values.clear();
    for (const value of values) if (isJudged(value.tag) && Number.isFinite(value.value)) this.#values.set(value.tag, value);
    for (const tag of this.#writes.keys()) if (!this.#values.has(tag)) this.#writes.delete(tag);
  }

  note(tag: string, { time, ends, accepted }: WireWriteEvent): void {
    if (accepted !== false && this.#values.has(tag)) this.#writes.set(tag, { client: ends.client, time });
  }

  save(): unknown {
    return structuredClone({ approval: this.approval, values: [...this.#values.values()], writes: [...this.#writes] });
  }

  load(saved: unknown): void {
    if (!isRecord(saved) || !Array.isArray(saved['values']) || !Array.isArray(saved['writes']) || !isRecord(saved['approval']))
      throw mismatch('the reference set in force is missing');
    const { approval, values, writes } = structuredClone(saved) as {
      readonly approval: Approval;
      readonly values: readonly ReferenceValue[];
      readonly writes: readonly [string, SeenWrite][];
    };
    this.approval = approval;
    this.#values.clear();
    this.#writes.clear();
    for (const value of values) this.#values.set(value.tag, value);
    for (const [tag, write] of writes) this.#writes.set(tag, write);
  }
}
