import type { Annotation } from '../../../../../src/core/annotation.ts';
import type { ZoneFormat } from '../../pure/zone.ts';
import { shared } from '../../text.ts';

/** An annotation in one line: time, text, author. */
export const annotationText = ({ time, at, text, by }: Annotation, zone: ZoneFormat): string =>
  shared.note.annotation(zone.moment(time, at), text, by.user ?? by.role);
