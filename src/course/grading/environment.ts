/** The place that jest runs a suite in: Node's, with limits on what a part can print, and the doors that stay loaded. */
import { Console } from 'node:console';
import { format } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';
import type { Measure } from './protocol';
import { report } from './protocol';
import { residentDoors } from './resident-doors';

/** What a student may print in one run, in characters; the rest is dropped. */
const PRINTED_LIMIT = 64 * 1024;

class GradingEnvironment extends TestEnvironment {
  private printed = 0;

  override async setup(): Promise<void> {
    await super.setup();
    this.prepareGlobals();
  }

  /** A part can print, but not for ever; and it cannot end the runner, or speak in its name, by accident. */
  private prepareGlobals(): void {
    const { global } = this;
    const lines = new Console(process.stdout, process.stderr);
    for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
      lines[method] = (...values: unknown[]) => this.print(`${format(...values)}\n`);
    }
    global.console = lines;
    global.process.exit = (code) => {
      throw new Error(`process.exit(${code ?? ''}) was called`);
    };
    delete (global.process as Partial<NodeJS.Process>).send;
    const hvMeasure = (measure: Measure): void => report({ kind: 'measure', measure });
    // The laboratory is one of the doors, and lies outside the sandbox.
    Object.assign(globalThis, { hvMeasure });
    Object.assign(global, { hvMeasure, hvDoors: residentDoors() });
  }

  private print(text: string): void {
    const room = PRINTED_LIMIT - this.printed;
    this.printed += text.length;
    if (room > 0) process.stdout.write(text.slice(0, room));
  }
}

// jest asks for the module itself to be the class.
export = GradingEnvironment;
