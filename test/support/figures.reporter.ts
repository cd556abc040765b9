import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { figures } from './figures.ts';

/** No file or test name was given. */
const IS_WHOLE = process.argv
  .slice(2)
  .every((word) => word === 'run' || word.startsWith('--') || word.endsWith('.config.ts'));

/** Records the counts of a run of the whole suite. */
export default class FiguresReporter implements Reporter {
  private vitest: Vitest | undefined;
  private startedAt = 0;

  onInit(vitest: Vitest) {
    this.vitest = vitest;
    this.startedAt = Date.now();
  }

  onTestRunEnd(modules: readonly TestModule[]) {
    if (!IS_WHOLE) return;
    const isRest = this.vitest?.vite.config.configFile?.includes('rest') ?? false;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    figures(isRest ? 'rest' : 'suite', {
      files: modules.length,
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      seconds: Math.round((Date.now() - this.startedAt) / 1_000),
    });
  }
}
