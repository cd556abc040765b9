import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const COPIED = ['src', 'machines', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

/** Replaces this text by that one in this file. */
export type Edit = [file: string, from: string, to: string];

export interface Outcome {
  passed: number;
  /** The names of the failed tests. */
  failed: string[];
  /** The output, to explain why no test ran. */
  output: string;
}

export interface Copy {
  /** Runs these tests on the copy. `bail`: only until the first failure. */
  run(files: readonly string[], options?: { bail?: boolean }): Promise<Outcome>;
  /** Throws unless every text occurs exactly once. Returns a function that undoes the changes. */
  weaken(edits: readonly Edit[]): () => void;
  remove(): void;
}

/** A copy of the sources that can be changed. */
export function copySources(): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-weakened-'));
  for (const each of COPIED) cpSync(join(ROOT, each), join(folder, each), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');

  return {
    run: (files, { bail = true } = {}) =>
      new Promise((done) => {
        const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
        const report = join(folder, 'report.json');
        rmSync(report, { force: true });
        const options = ['--reporter=json', `--outputFile=${report}`, ...(bail ? ['--bail=1'] : [])];
        execFile(
          process.execPath,
          [vitest, 'run', ...files, `--root=${folder}`, ...options],
          { cwd: folder, maxBuffer: 1e8 },
          (_error, stdout, stderr) => done({ ...outcomeIn(report), output: stdout + stderr }),
        );
      }),
    weaken(edits) {
      const before = edits.map(([file]) => [file, readFileSync(join(folder, file), 'utf8')] as const);
      const undo = () => {
        for (const [file, text] of before) writeFileSync(join(folder, file), text);
      };
      for (const [file, from, to] of edits) {
        const parts = readFileSync(join(folder, file), 'utf8').split(from);
        if (parts.length !== 2) {
          undo();
          throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
        }
        writeFileSync(join(folder, file), parts.join(to));
      }
      return undo;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface Report {
  numPassedTests: number;
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

function outcomeIn(file: string): Omit<Outcome, 'output'> {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const failed = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => fullName);
    return { passed: report.numPassedTests, failed };
  } catch {
    return { passed: 0, failed: [] };
  }
}

/** A defence that is taken away. */
export interface Weakening {
  name: string;
  edits: readonly Edit[];
  /** The file of attacks that has to notice. */
  noticedBy: string;
}
