import type { DatabaseSync } from 'node:sqlite';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { MinorFinding } from '../core/minor.ts';
import type { DirectStateStore } from '../core/state.ts';

/** Bytes that a row needs beside its content: columns, and entries of three indices. */
const rowBytes = 400;

/** Minor findings. Their number is bounded by `trim`. */
export function minorStore(database: DatabaseSync): DirectStateStore['minor'] {
  const upsert = database.prepare(`
    INSERT INTO minor_finding (id, equipment, since, ended_at, bytes, content) VALUES (:id, :equipment, :since, :endedAt, :bytes, :content)
    ON CONFLICT (id) DO UPDATE SET equipment = :equipment, since = :since, ended_at = :endedAt, bytes = :bytes, content = :content`);
  const selectOpen = database.prepare('SELECT content FROM minor_finding WHERE ended_at IS NULL ORDER BY since, id');
  const selectEnded = database.prepare(`
    SELECT content FROM minor_finding WHERE ended_at > :from AND since < :to ORDER BY ended_at DESC, id LIMIT :limit`);
  const selectAt = database.prepare(`
    SELECT content FROM minor_finding
    WHERE equipment IN (SELECT value FROM json_each(:equipment)) AND ended_at > :from AND since < :to
    ORDER BY ended_at DESC, id LIMIT :limit`);
  const deleteOld = database.prepare('DELETE FROM minor_finding WHERE ended_at < ?');
  const deleteBeyond = database.prepare(`
    DELETE FROM minor_finding WHERE id IN (
      SELECT id FROM (
        SELECT id, sum(bytes) OVER (ORDER BY ended_at DESC, id) AS total FROM minor_finding WHERE ended_at IS NOT NULL
      ) WHERE total > ?
    )`);
  const contentOf = ({ content }: Record<string, unknown>): MinorFinding => decodeJson(String(content)) as MinorFinding;
  return {
    open: () => selectOpen.all().map(contentOf),
    save: (finding) => {
      const { id, equipment, since, endedAt = null } = finding;
      const content = encodeJson(finding);
      upsert.run({
        id,
        equipment,
        since,
        endedAt,
        bytes: Buffer.byteLength(content) + 4 * Buffer.byteLength(id) + rowBytes,
        content,
      });
    },
    ended: ({ from, to = Number.MAX_VALUE, equipment, limit }) =>
      (equipment === undefined
        ? selectEnded.all({ from, to, limit })
        : selectAt.all({ from, to, limit, equipment: JSON.stringify(equipment) })
      ).map(contentOf),
    trim: ({ before, bytes }) => {
      deleteOld.run(before);
      deleteBeyond.run(bytes);
    },
  };
}
