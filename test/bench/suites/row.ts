/** One line of the bench's table. */
export interface SuiteRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note?: string;
}
