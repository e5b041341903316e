import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';

@Injectable()
export class DataService {
  async rows(dataset: string, limit: number): Promise<Record<string, string>[]> {
    const text = await readFile(join(process.env.DATASETS ?? '', dataset), 'utf8');
    const [header = '', ...lines] = text.split('\n');
    const names = header.split(',');
    return lines.slice(0, limit).map((line) => {
      const values = line.split(',');
      return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
    });
  }
}
