/** The app of docs/guides/angular.md, built by Angular's own builder and served as static files. */
import { join } from 'node:path';
import { type Consumer, filesOf } from './project.ts';
import { walkThrough } from './static.ts';
import { forWalk } from './walk.ts';

/** Files besides those of the guide. */
const FILES = {
  'angular.json': JSON.stringify({
    version: 1,
    cli: { analytics: false, cache: { enabled: false } },
    projects: {
      app: {
        projectType: 'application',
        root: '',
        sourceRoot: 'src',
        architect: {
          build: {
            builder: '@angular/build:application',
            options: { browser: 'src/main.ts', index: 'src/index.html', tsConfig: 'tsconfig.json' },
          },
        },
      },
    },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'preserve',
      target: 'ES2022',
      strict: true,
      skipLibCheck: true,
      isolatedModules: true,
      experimentalDecorators: true,
      importHelpers: true,
      types: [],
    },
    angularCompilerOptions: { strictTemplates: true },
    files: ['src/main.ts'],
  }),
  'src/index.html':
    '<!doctype html><html lang="en"><head><base href="/"><link rel="icon" href="data:,"><title>App</title></head><body><app-root></app-root></body></html>',
  'src/main.ts': `import { Component, inject } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter, Router, RouterLink, RouterOutlet } from '@angular/router';
import { filmRoutes } from './app/film';
import { SignIn } from './app/sign-in';

@Component({ selector: 'app-home', imports: [RouterLink], template: '<h1>Home</h1><a routerLink="/films/550" [queryParams]="{ tab: \\'cast\\' }">Film</a>' })
class Home {}

@Component({
  selector: 'app-root',
  imports: [RouterOutlet, SignIn],
  template: '<app-sign-in /><p id="at">{{ at() }}</p><button id="next" (click)="next()">Next</button><router-outlet />',
})
class App {
  readonly #router = inject(Router);
  readonly at = () => this.#router.lastSuccessfulNavigation()?.finalUrl?.toString();
  readonly next = () => this.#router.navigateByUrl(\`\${this.#router.url}&page=2\`);
}

void bootstrapApplication(App, { providers: [provideRouter([{ path: '', component: Home }, ...filmRoutes])] });
`,
};

export const angular: Consumer = {
  dependencies: [
    'xstate',
    ...['core', 'common', 'compiler', 'platform-browser', 'router'].map((name) => `@angular/${name}@22`),
    'rxjs@7',
    'tslib',
  ],
  // Angular 22 needs a newer Node than the project's.
  tools: ['node@22', '@angular/build@22', '@angular/cli@22', '@angular/compiler-cli@22', 'typescript@6'],
  async play(project, tmdb) {
    for (const [name, text] of Object.entries({ ...FILES, ...filesOf('docs/guides/angular.md') }))
      project.write(name, name === 'src/app/auth.ts' ? forWalk(text, tmdb) : text);
    project.run('ng build');
    const folder = join(project.folder, 'dist/app/browser');
    await walkThrough(folder, tmdb, { at: '/films/550?tab=cast', fallback: 'index.html' });
    return 'an app without zone.js: signed in by redirect and popup in Chromium, at a guarded deep link.';
  },
};
