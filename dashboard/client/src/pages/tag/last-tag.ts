let last: string | undefined;

/** The tag that was looked at last: where the menu's "Trends" leads. */
export const lastTag = (): string | undefined => last;
export const rememberTag = (name: string): void => {
  last = name;
};
