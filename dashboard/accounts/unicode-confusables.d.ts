/** The package names its own types wrongly. */
declare module 'unicode-confusables' {
  /** Replaces each character that looks like another one (Unicode TR39) by that one. */
  export function rectifyConfusion(text: string): string;
}
