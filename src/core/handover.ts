import type { Actor } from './alert.ts';
import { zoneText } from './calendar.ts';
import type { PrintedDocument } from './printed.ts';

/** A note of the shift. */
export interface ShiftNote {
  readonly id: string;
  /** ms UTC */
  readonly at: number;
  readonly by: Actor;
  readonly text: string;
}

/** Signature of a user under a handover. */
export interface Signature {
  /** ms UTC */
  readonly at: number;
  readonly by: Actor;
}

/** A signed handover without its document. */
export interface HandoverHeading {
  readonly id: string;
  /** The user whose shift ends. */
  readonly outgoing: Signature;
  /** The user who has taken over; absent until then. */
  readonly incoming?: Signature | undefined;
}

/** A handover with its document as it was signed. */
export interface Handover extends HandoverHeading {
  readonly document: PrintedDocument;
}

/** The document of the present shift; `key` names what was shown, for the signature. */
export interface HandoverDraft {
  readonly key: string;
  readonly document: PrintedDocument;
}

/** Notes of the shift and its handover. The audit trail records every act. */
export interface ShiftControl {
  /** The present state of the plant for the next shift. */
  draft(): Promise<HandoverDraft>;
  /** The last handovers, newest first. */
  handovers(): Promise<readonly HandoverHeading[]>;
  handover(id: string): Promise<Handover | undefined>;
  note(text: string, by: Actor): ShiftNote;
  /** Signs a draft as shown. @throws ScadaError INPUT_INVALID if it is too old */
  sign(key: string, by: Actor): HandoverHeading;
  /**
   * Signs the last handover for the next shift.
   * @throws ScadaError INPUT_INVALID if it is not the last one, is taken over already, or the user is the one who handed over
   */
  takeOver(id: string, by: Actor): Promise<HandoverHeading>;
}

/** The document of a handover with its signatures. */
export function signedDocument({ document, outgoing, incoming }: Handover): PrintedDocument {
  const { moment } = zoneText(document.timeZone);
  const text = (act: string, { at, by: { user = '', role } }: Signature): string =>
    `${act} by ${user} (${role}) at ${moment(at)}.`;
  const taken = incoming === undefined ? 'Not taken over yet.' : text('Taken over', incoming);
  return { ...document, notes: [...document.notes, text('Handed over', outgoing), taken] };
}
