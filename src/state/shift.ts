import type { DatabaseSync } from 'node:sqlite';
import type { Handover, HandoverHeading, ShiftNote, Signature } from '../core/handover.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { DirectStateStore } from '../core/state.ts';

/** Notes of the shift and signed handovers. They are append-only, also for SQL. */
export function shiftStore(database: DatabaseSync): DirectStateStore['shifts'] {
  const insertNote = database.prepare('INSERT INTO shift_note (id, time, content) VALUES (?, ?, ?)');
  const selectNotes = database.prepare('SELECT content FROM shift_note WHERE time > ? ORDER BY number DESC LIMIT ?');
  const insertHandover = database.prepare('INSERT INTO handover (id, outgoing, document) VALUES (?, ?, ?)');
  const insertTaken = database.prepare('INSERT INTO handover_taken (handover, incoming) VALUES (?, ?)');
  // in the order of their signatures: plant time may stand still
  const selectHeadings = database.prepare(`
    SELECT id, outgoing, incoming FROM handover LEFT JOIN handover_taken ON handover = id ORDER BY number DESC LIMIT ?`);
  const selectOne = database.prepare(`
    SELECT id, outgoing, incoming, document FROM handover LEFT JOIN handover_taken ON handover = id WHERE id = ?`);
  return {
    addNote: (note) => {
      insertNote.run(note.id, note.at, encodeJson(note));
    },
    notes: (after, limit) => selectNotes.all(after, limit).map(({ content }) => decodeJson(String(content)) as ShiftNote),
    addHandover: ({ id, outgoing, document }) => {
      insertHandover.run(id, encodeJson(outgoing), encodeJson(document));
    },
    takeOver: (id, incoming) => {
      insertTaken.run(id, encodeJson(incoming));
    },
    handovers: (limit) => selectHeadings.all(limit).map(headingOf),
    handover: (id) => {
      const row = selectOne.get(id);
      if (row === undefined) return undefined;
      return { ...headingOf(row), document: decodeJson(String(row['document'])) as Handover['document'] };
    },
  };
}

const headingOf = ({ id, outgoing, incoming }: Record<string, unknown>): HandoverHeading => ({
  id: String(id),
  outgoing: decodeJson(String(outgoing)) as Signature,
  ...(typeof incoming === 'string' ? { incoming: decodeJson(incoming) as Signature } : {}),
});
