/** Runs command lines inside this process, with a student's folder of their own and a terminal that is only remembered. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Context } from '../../src/cli/context';
import { createContext } from '../../src/cli/context';
import { run } from '../../src/cli/program';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export class Student {
  readonly home = fs.mkdtempSync(path.join(os.tmpdir(), 'student-'));
  columns = 80;
  colour = false;
  /** What commands take for the time of day; default: the real one. */
  clock?: Date;

  async hv(...args: string[]): Promise<Ran> {
    let out = '';
    let err = '';
    const io = {
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
      columns: this.columns,
      rows: 24,
      interactive: false,
      colour: this.colour,
    };
    const context = createContext(io, { HV_HOME: this.home });
    const { clock } = this;
    if (clock) context.now = () => clock;
    const code = await run(args, context);
    return { code, out, err };
  }

  context(): Context {
    const io = { out: () => undefined, err: () => undefined, columns: 80, rows: 24, interactive: false, colour: false };
    return createContext(io, { HV_HOME: this.home });
  }

  write(file: string, text: string): string {
    const full = path.join(this.home, file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, text);
    return full;
  }

  read(file: string): string {
    return fs.readFileSync(path.join(this.home, file), 'utf8');
  }

  files(folder: string): string[] {
    return fs.readdirSync(path.join(this.home, folder)).sort();
  }

  leave(): void {
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}
