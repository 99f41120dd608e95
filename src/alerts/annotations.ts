import { randomUUID } from 'node:crypto';
import type { Actor } from '../core/alert.ts';
import type { Annotation, AnnotationControl, AnnotationPage } from '../core/annotation.ts';
import type { Clock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { AnnotationStore, AuditEntry, KeepAct } from '../core/state.ts';

/** Clocks of browsers and of the site may differ by this, ms. */
const aheadMs = 60_000;

export interface AnnotationsOptions {
  readonly store: Pick<AnnotationStore, 'during' | 'get'>;
  readonly keep: KeepAct;
  readonly clock: Clock;
}

/** Remarks of users at times of the plant. */
export class Annotations implements AnnotationControl {
  readonly #options: AnnotationsOptions;

  constructor(options: AnnotationsOptions) {
    this.#options = options;
  }

  during(from: number, to: number): AnnotationPage {
    return this.#options.store.during(from, to);
  }

  async add(time: number, text: string, by: Actor): Promise<Annotation> {
    const { keep, clock } = this.#options;
    const at = clock.now();
    if (!(time <= at + aheadMs)) throw refused('an annotation cannot be in the future', 'choose a time that is not after now');
    const annotation = { id: randomUUID(), time, text, at, by };
    const entry = this.#entry('annotation.added', annotation.id, by, { after: `${new Date(time).toISOString()} ${text}` });
    await keep(({ annotations, audit }) => {
      annotations.add(annotation);
      audit.append(entry);
    });
    return annotation;
  }

  async remove(id: string, by: Actor): Promise<void> {
    const { store, keep } = this.#options;
    const found = store.get(id);
    if (found === undefined) throw refused(`there is no annotation ${id}`, 'another user may have removed it');
    const entry = this.#entry('annotation.removed', id, by, { before: `${new Date(found.time).toISOString()} ${found.text}` });
    await keep(({ annotations, audit }) => {
      annotations.remove(id);
      audit.append(entry);
    });
  }

  #entry(action: string, object: string, by: Actor, change: { readonly before?: string; readonly after?: string }): AuditEntry {
    return { ...by, time: this.#options.clock.now(), action, object, ...change };
  }
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
