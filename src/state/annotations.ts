import type { DatabaseSync } from 'node:sqlite';
import { type Annotation, annotationLimits } from '../core/annotation.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { AnnotationStore } from '../core/state.ts';

/** Annotations of trends, as many as are kept. */
export function annotationStore(database: DatabaseSync): AnnotationStore {
  const insert = database.prepare('INSERT INTO annotation (id, time, content) VALUES (?, ?, ?)');
  const trim = database.prepare(
    'DELETE FROM annotation WHERE number <= (SELECT number FROM annotation ORDER BY number DESC LIMIT 1 OFFSET ?)',
  );
  const drop = database.prepare('DELETE FROM annotation WHERE id = ?');
  const selectOne = database.prepare('SELECT content FROM annotation WHERE id = ?');
  const select = database.prepare(
    'SELECT content FROM annotation WHERE time >= ? AND time < ? ORDER BY time DESC, number DESC LIMIT ?',
  );
  const count = database.prepare('SELECT count(*) AS total FROM annotation WHERE time >= ? AND time < ?');
  const annotationOf = ({ content }: Record<string, unknown>): Annotation => decodeJson(String(content)) as Annotation;
  return {
    add: (annotation) => {
      insert.run(annotation.id, annotation.time, encodeJson(annotation));
      trim.run(annotationLimits.kept);
    },
    remove: (id) => {
      drop.run(id);
    },
    get: (id) => {
      const row = selectOne.get(id);
      return row === undefined ? undefined : annotationOf(row);
    },
    during: (from, to) => ({
      annotations: select.all(from, to, annotationLimits.perAnswer).map(annotationOf).toReversed(),
      total: Number(count.get(from, to)?.['total']),
    }),
  };
}
