import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { ConfigError, type Environment } from './environment';

/** The files of an environment, the heavier first: what one service alone is told, then what all are. */
const envFiles = (appEnv: string, service: string) => [`.env.${appEnv}.${service}`, `.env.${appEnv}`];

/** What the files of this environment say; a file that is not there says nothing. Throws ConfigError for one that cannot be read. */
export function readEnvFiles(folder: string, appEnv: string, service: string): Environment[] {
  return envFiles(appEnv, service).map((name) => readEnvFile(join(folder, name)));
}

function readEnvFile(file: string): Environment {
  try {
    return parse(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError(`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown cause'})`);
  }
}
