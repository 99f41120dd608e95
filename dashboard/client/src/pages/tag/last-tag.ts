let last: string | undefined;

/** The tag that was shown last, which the menu entry "Trends" opens. */
export const lastTag = (): string | undefined => last;
export const rememberTag = (name: string): void => {
  last = name;
};
