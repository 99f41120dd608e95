import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configText } from './config.ts';

await writeFile(join(import.meta.dirname, 'plant.yaml'), configText());
