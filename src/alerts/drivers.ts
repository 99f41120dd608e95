import type { Alert } from '../core/alert.ts';

/** Alerts of incidents that keep others in alarm: a client acts, or a signal is false. */
export class Drivers {
  readonly #acting = new Map<string, Set<string>>();
  /** Ids of alerts with a false signal, with the time at which they were raised. */
  readonly #false = new Map<string, Map<string, number>>();

  remember({ id, incident, raisedAt, findings }: Alert): void {
    const open = findings.filter(({ endedAt }) => endedAt === undefined);
    if (open.some(({ explanation: { seen = [] } }) => seen.length > 0)) {
      const acting = this.#acting.get(incident);
      if (acting === undefined) this.#acting.set(incident, new Set([id]));
      else acting.add(id);
    } else this.#acting.get(incident)?.delete(id);
    if (open.some(({ signal }) => signal === true)) {
      const signals = this.#false.get(incident);
      if (signals === undefined) this.#false.set(incident, new Map([[id, raisedAt]]));
      else signals.set(id, raisedAt);
    } else this.#false.get(incident)?.delete(id);
  }

  forget({ id, incident }: Alert): void {
    for (const all of [this.#acting, this.#false]) {
      const members = all.get(incident);
      members?.delete(id);
      if (members?.size === 0) all.delete(incident);
    }
  }

  /** True while another alert of the incident sees an intruder act, or an earlier one a false signal. */
  drive({ id, incident, raisedAt }: Alert): boolean {
    const acting = this.#acting.get(incident);
    if (acting !== undefined && acting.size > (acting.has(id) ? 1 : 0)) return true;
    // in the order in which they were raised, so that one of the first decides
    for (const [other, at] of this.#false.get(incident) ?? []) if (other !== id && at <= raisedAt) return true;
    return false;
  }
}
