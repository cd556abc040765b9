import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The settings with which the app makes its client. */
type Settings = Record<string, unknown>;

/** Plays the browser's user; resolves to the result of the browser session. */
type BrowserUser = (approvalUrl: string) => Promise<{ type: string; url?: string }>;

/** A phone: a store that outlives its apps, and a browser. */
export function createPhone(folder: string, bundle: string) {
  const kept = new Map<string, string>();
  const warnings: string[] = [];
  /** Tests set this before a sign-in. */
  let browse: BrowserUser = async () => ({ type: 'cancel' });

  /** Starts the app in a Hermes process, with the settings and the link that started it. */
  function start(settings: Settings, initialLink: string | null = null) {
    const engine = spawn(join(folder, 'node_modules/hermes-engine-cli/linux64-bin/hermes'), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const runs = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
    const timers = new Set<NodeJS.Timeout>();
    let isOver = false;
    let count = 0;
    const write = (code: string) => void (isOver || engine.stdin.write(`${code}\n`));
    const call = (name: string, ...args: unknown[]) =>
      write(`${name}(${args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ')})`);

    const calls: Record<string, (...args: never[]) => unknown> = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      deleteItem: (key: string) => void kept.delete(key),
      warn: (text: string) => void warnings.push(text),
      browse: (url: string) => browse(url),
      timer: (_id: number, ms: number) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(() => {
            timers.delete(timer);
            resolve();
          }, ms);
          timers.add(timer);
        }),
      async request({
        method,
        url,
        headers,
        body,
      }: {
        method: string;
        url: string;
        headers: HeadersInit;
        body: string;
      }) {
        const answer = await fetch(url, { method, headers, body });
        return {
          status: answer.status,
          headers: Object.fromEntries(answer.headers),
          text: await answer.text(),
        };
      },
      ended(id: number, error: string | null, value: unknown) {
        if (error === null) runs.get(id)?.resolve(value);
        else runs.get(id)?.reject(new Error(error));
      },
    };

    createInterface(engine.stdout).on('line', (line) => {
      const [, text] = /@@(\{.*\})/.exec(line) ?? [];
      if (!text) {
        if (/Error|Uncaught/.test(line)) warnings.push(line);
        return;
      }
      const { id, name, args } = JSON.parse(text) as { id: number; name: string; args: never[] };
      Promise.resolve()
        .then(() => calls[name]?.(...args))
        .then(
          (value) => call('__reply', id, null, value ?? null),
          (error: Error) => call('__reply', id, error.message),
        );
    });

    write(`(0, eval)(${JSON.stringify(bundle)}); 0`);
    call('start', settings, initialLink);
    return {
      /** Runs code in the app, and resolves to its result. */
      run: (code: string) =>
        new Promise<unknown>((resolve, reject) => {
          count += 1;
          runs.set(count, { resolve, reject });
          write(`run(${count}, function () { return ${code} })`);
        }),
      openLink: (url: string) => call('openLink', url),
      changeState: (state: string) => call('changeState', state),
      /** Ends the app like the system: without notice. */
      kill() {
        isOver = true;
        for (const timer of timers) clearTimeout(timer);
        engine.kill('SIGKILL');
      },
    };
  }

  return {
    kept,
    warnings,
    start,
    onBrowse(end: BrowserUser) {
      browse = end;
    },
  };
}

/** Presses a button on TMDB's page; resolves to the link that TMDB leads to. */
export async function press(approvalUrl: string, button: 'allow' | 'deny'): Promise<string> {
  const { origin, pathname, searchParams } = new URL(approvalUrl);
  const answer = await fetch(`${origin}${pathname}/${button}`, {
    method: 'POST',
    body: searchParams,
    redirect: 'manual',
  });
  return answer.headers.get('location') ?? '';
}
