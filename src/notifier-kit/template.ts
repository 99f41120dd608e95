import { z } from 'zod';

/** Placeholders of a template, with the value of one change each. */
export const templateFields = [
  'change',
  'priority',
  'title',
  'sentence',
  'area',
  'equipment',
  'since',
  'tags',
  'clients',
  'certainty',
  'techniques',
  'response',
  'note',
  'alert',
  'incident',
  'link',
] as const;
export type TemplateValues = Readonly<Record<(typeof templateFields)[number], string>>;

const placeholder = /\{(\w+)\}/g;

const isField = (name: string): name is keyof TemplateValues => templateFields.some((field) => field === name);

/** A text with placeholders such as `{title}`. It runs no code: a placeholder is replaced once, by a text. */
export const template = (what: string) =>
  z
    .string()
    .min(1)
    .max(4_000)
    .superRefine((text, context) => {
      for (const [written, name = ''] of text.matchAll(placeholder))
        if (!isField(name))
          context.addIssue({ code: 'custom', message: `there is no ${written}; known: ${templateFields.join(', ')}` });
    })
    .describe(what);

/** The text with each placeholder replaced by its value. */
export const fillTemplate = (text: string, values: TemplateValues): string =>
  text.replaceAll(placeholder, (written, name: string) => (isField(name) ? values[name] : written));
