import { randomUUID } from 'node:crypto';
import type { Actor } from '../core/alert.ts';
import type { Annotation, AnnotationControl, AnnotationPage } from '../core/annotation.ts';
import type { Clock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { AnnotationStore, AuditLog } from '../core/state.ts';

/** Clocks of browsers and of the site may differ by this, ms. */
const aheadMs = 60_000;

export interface AnnotationsOptions {
  readonly store: AnnotationStore;
  readonly audit: AuditLog;
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

  add(time: number, text: string, by: Actor): Annotation {
    const { store, clock } = this.#options;
    const at = clock.now();
    if (!(time <= at + aheadMs)) throw refused('an annotation cannot be in the future', 'choose a time that is not after now');
    const annotation = { id: randomUUID(), time, text, at, by };
    store.add(annotation);
    this.#record('annotation.added', annotation.id, by, { after: `${new Date(time).toISOString()} ${text}` });
    return annotation;
  }

  remove(id: string, by: Actor): void {
    const { store } = this.#options;
    const found = store.get(id);
    if (found === undefined) throw refused(`there is no annotation ${id}`, 'another user may have removed it');
    store.remove(id);
    this.#record('annotation.removed', id, by, { before: `${new Date(found.time).toISOString()} ${found.text}` });
  }

  #record(action: string, object: string, by: Actor, change: { readonly before?: string; readonly after?: string }): void {
    this.#options.audit.append({ ...by, time: this.#options.clock.now(), action, object, ...change });
  }
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
