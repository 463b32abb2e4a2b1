/** Firefox without a window, driven by its own protocol (Firefox source docs, "Marionette", "Protocol"): JSON messages with their lengths before them. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const FIREFOX = '/usr/bin/firefox-esr';

/** Port 0: one that is free, which Firefox then writes into its profile. */
const PREFERENCES = `
user_pref("marionette.port", 0);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
`;
const PORT_FILE = 'MarionetteActivePort';
const STARTS_WITHIN_MS = 120_000;

/** `[1, id, error, result]` (0 would be a command). */
type Response = readonly [1, number, { readonly message: string } | null, { readonly value?: unknown }];

export class Firefox {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: net.Socket;
  readonly #waiting = new Map<number, (response: Response) => void>();
  #received = Buffer.alloc(0);
  #last = 0;

  private constructor(process: ChildProcess, profile: string, socket: net.Socket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.on('data', (data) => this.#take(data));
  }

  /** A new process with an empty profile. Throws if it has no port after two minutes. */
  static async launch(): Promise<Firefox> {
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'firefox-'));
    fs.writeFileSync(path.join(profile, 'user.js'), PREFERENCES);
    const process = spawn(FIREFOX, ['--headless', '--marionette', '--no-remote', '--profile', profile], {
      stdio: 'ignore',
      env: { ...globalThis.process.env, HOME: profile },
    });
    const file = path.join(profile, PORT_FILE);
    for (const end = Date.now() + STARTS_WITHIN_MS; !fs.existsSync(file); await sleep(100)) {
      if (Date.now() < end) continue;
      process.kill('SIGKILL');
      throw new Error('Firefox did not open its port');
    }
    const socket = net.connect(Number(fs.readFileSync(file, 'utf8')), '127.0.0.1');
    const firefox = new Firefox(process, profile, socket);
    await firefox.#do('WebDriver:NewSession', {});
    return firefox;
  }

  /** The value that `script`, a function's body, gives to its last argument in the page at `url`. Throws what went wrong in it. */
  async run(url: string, script: string, argument: unknown, withinMs: number): Promise<unknown> {
    await this.#do('WebDriver:SetTimeouts', { script: withinMs, pageLoad: STARTS_WITHIN_MS });
    await this.#do('WebDriver:Navigate', { url });
    return (await this.#do('WebDriver:ExecuteAsyncScript', { script, args: [argument] })).value;
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#socket.destroy();
    this.#process.kill('SIGKILL');
    await gone;
    fs.rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #do(command: string, parameters: object): Promise<Response[3]> {
    const id = ++this.#last;
    const message = Buffer.from(JSON.stringify([0, id, command, parameters]));
    this.#socket.write(`${message.length}:${message.toString()}`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ([, , error, result]) => (error ? reject(new Error(error.message)) : resolve(result)));
    });
  }

  #take(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const colon = this.#received.indexOf(':');
      const end = colon + 1 + Number(this.#received.subarray(0, colon).toString());
      if (colon < 0 || this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(colon + 1, end).toString()) as Response;
      this.#received = this.#received.subarray(end);
      this.#waiting.get(message[1])?.(message); // the first message, a greeting, answers nothing
    }
  }
}
