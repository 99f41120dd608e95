import { z } from 'zod';

/** Placeholders of a template. */
const fields = {
  change: 'what happened to the alert',
  priority: 'priority 1 to 3, or anomaly',
  title: 'headline of the incident',
  sentence: 'what is wrong',
  area: 'id of the area',
  equipment: 'id of the equipment',
  since: 'first anomalous sample, UTC',
  tags: 'tags of the alert',
  clients: 'addresses of the clients that acted',
  certainty: 'how sure the finding is',
  techniques: 'ATT&CK techniques',
  response: 'response of the operator',
  note: 'note of the person who acted',
  alert: 'id of the alert',
  incident: 'id of the incident',
  link: 'address of the page of the incident',
};
export type TemplateValues = Readonly<Record<keyof typeof fields, string>>;

const placeholder = /\{(\w+)\}/g;

const isField = (name: string): name is keyof TemplateValues => Object.hasOwn(fields, name);

/** A text with placeholders such as `{title}`. It runs no code: a placeholder is replaced once, by a text. */
export const template = (what: string) =>
  z
    .string()
    .min(1)
    .max(4_000)
    .superRefine((text, context) => {
      for (const [written, name = ''] of text.matchAll(placeholder))
        if (!isField(name))
          context.addIssue({ code: 'custom', message: `there is no ${written}; known: ${Object.keys(fields).join(', ')}` });
    })
    .describe(what);

/** The text with each placeholder replaced by its value. */
export const fillTemplate = (text: string, values: TemplateValues): string =>
  text.replaceAll(placeholder, (written, name: string) => (isField(name) ? values[name] : written));
