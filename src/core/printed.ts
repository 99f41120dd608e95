/** Kind of a column: text, a count or figure, a fraction, a time (ms UTC) or a duration (ms). */
export const printedKinds = ['text', 'number', 'fraction', 'time', 'duration'] as const;
export type PrintedKind = (typeof printedKinds)[number];

export interface PrintedColumn {
  readonly title: string;
  readonly kind: PrintedKind;
}

/** A cell: a text, or a number of the kind of its column. An empty text is an empty cell. */
export type PrintedCell = string | number;

export interface PrintedTable {
  readonly title: string;
  /** Meaning of the figures, and their targets. */
  readonly note: string;
  readonly columns: readonly PrintedColumn[];
  readonly rows: readonly (readonly PrintedCell[])[];
  /** Text in place of the rows if there are none. */
  readonly empty: string;
}

/** A file within a document. */
export interface PrintedAttachment {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Buffer;
}

/** A report: the page, the printed file and the CSV file show the same tables. */
export interface PrintedDocument {
  readonly title: string;
  readonly site: string;
  /** IANA name of the time zone of its times. */
  readonly timeZone: string;
  /** The period, ms UTC: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  /** Time of the document, ms UTC. */
  readonly madeAt: number;
  /** Sentences about the whole document. */
  readonly notes: readonly string[];
  readonly tables: readonly PrintedTable[];
}

/** A document whose HTML file contains other files. */
export interface PrintedWithFiles extends PrintedDocument {
  readonly attachments?: readonly PrintedAttachment[] | undefined;
}
