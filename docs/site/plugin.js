/** Tells TypeDoc what its options cannot: groups, titles, short types, pictures, and which symbols need a text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter, PageEvent, ReflectionKind, UnknownType } from 'typedoc';
import { SiteTheme } from './theme.js';

/** The type of the machine is its whole statechart, which docs/states.md tells better. */
const SHORT = {
  'tmdb-auth/machine.authMachine': 'StateMachine<AuthContext, AuthEvent, …>',
  'tmdb-auth/machine.AuthSnapshot': 'SnapshotFrom<typeof authMachine>',
  'tmdb-auth.TmdbAuth.actor': 'ActorRefFrom<typeof authMachine>',
  'tmdb-auth/lazy.LazyTmdbAuth.actor': "TmdbAuth['actor']",
};

/** The groups of the navigation, each with the names of its documents. The first that fits counts. */
const GROUPS = [
  ['Start', /^(docs\/)?README$/],
  ['Pages and apps', /^docs\/guides\/(react|.*-router$|next|sveltekit|nuxt|astro|angular|browser|lazy)/],
  ['Programs', /^docs\/guides\/(cli|profiles|agents)/],
  ['Servers', /^docs\/(server|restate)$/],
  ['Users and guests', /^docs\/guides\/(account|ways|guests|typed|languages)/],
  ['Tests', /^docs\/guides\/(testing|sandbox)/],
  ['Move and extend', /^docs\/guides\/(moving|adapters)/],
  ['The machine', /^docs\/(guides\/(how-it-works|xstate|devtools)|states|statechart)$/],
  ['Reference', /^docs\/reference$/],
  ['Background', /./],
];

/** Documents that the navigation calls something else than they call themselves. */
const TITLES = { README: 'Introduction', 'docs/README': 'All pages' };

const DOCUMENTED =
  ReflectionKind.SomeModule |
  ReflectionKind.ClassOrInterface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable |
  ReflectionKind.Property |
  ReflectionKind.SomeSignature;

/** A literal's parts are described where its type is used, and a `kind` or `type` describes itself. */
const tellsItself = (reflection) =>
  reflection.getFullName().includes('__type') ||
  reflection.kindOf(ReflectionKind.TypeLiteral) ||
  // Of `Error`, for one.
  reflection.inheritedFrom !== undefined ||
  (['kind', 'type'].includes(reflection.name) && reflection.parent?.kindOf(ReflectionKind.Interface));

/** Addresses that a page loads from the network: it could not be read offline. */
const ELSEWHERE = /<(?:script|img|link|source)\s[^>]*?(?:src|href|srcset)="((?:\w+:)?\/\/[^"]*)"/g;

const CHART = 'documents/The_statechart.html';
const PICTURE = /<picture>(?:(?!<\/picture>)[\s\S])*?src="[^"]*?(statechart[\w-]*)\.svg"[\s\S]*?<\/picture>/g;
const STATES = 'documents/The_states.html';
/** A section of docs/states.md: from its heading, which names the state, over its status to the next heading. */
const STATE =
  /<h[23] id="[^"]*"[^>]*>([\w.]+)<a (?:(?!<h[23])[\s\S])*?<strong>(\w+)<\/strong>[\s\S]*?(?=<h[23])/g;

const read = (path) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

/** An SVG to stand in the page, in colours that follow the page's theme. Its dark twin differs in colours alone. */
function pictureOf(name) {
  const dark = read(`docs/${name}-dark.svg`).matchAll(/#[\da-f]{6}\b/g);
  return read(`docs/${name}.svg`).replaceAll(
    /#[\da-f]{6}\b/g,
    (light) => `light-dark(${light},${dark.next().value})`,
  );
}

/** A state as a card that links to its place in the chart. */
function cardOf(section, path, status) {
  const place = `The_statechart.html#state-${path.replaceAll('.', '-')}`;
  return `<section class="state ${status}">${section}<a href="${place}">Show in the statechart</a></section>`;
}

/** The page as TypeDoc wrote it, made fit for a disk, with pictures that can be zoomed. */
function finish(url, html) {
  const chart = `${url.includes('/') ? '../' : ''}${CHART}`;
  const page = url === STATES ? html.replaceAll(STATE, cardOf) : html;
  return (
    page
      // A disk refuses icons of another file. TypeDoc puts all of them into the page, too.
      .replaceAll(/href="[^"]*assets\/icons\.svg#/g, 'href="#')
      // Links to the first page name its folder, which a disk does not open as a page.
      .replaceAll(/href="((?:\.\.\/)+)(#|")/g, 'href="$1index.html$2')
      // TypeDoc hides the page until its script has made the navigation. Ours is in the page.
      .replace('document.body.style.display="none";', '')
      .replace(/<script[^>]*id="tsd-nav-script"><\/script>/, '')
      // Tables that scroll need the focus.
      .replaceAll('<table>', '<table tabindex="0">')
      // A long name in a narrow column breaks at its dot.
      .replaceAll(/(?<=<td><code>\w+\.)(?=\w)/g, '<wbr>')
      .replaceAll(PICTURE, (_, name) =>
        url === CHART
          ? `<div class="chart" tabindex="0" role="region" aria-label="The statechart">${pictureOf(name)}</div>`
          : `<a class="picture" href="${chart}">${pictureOf(name)}</a>`,
      )
  );
}

/** @param {Application} app */
export function load(app) {
  app.renderer.defineTheme('site', SiteTheme);
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    const guides = GROUPS.map(([name]) => name).slice(0, -1);
    app.options.setValue('groupOrder', [...guides, 'Modules', 'Background']);
    app.options.setValue('searchGroupBoosts', Object.fromEntries(guides.map((name) => [name, 3])));
  });
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    document.frontmatter.group = GROUPS.find(([, names]) => names.test(document.name))[0];
    const text = document.content.map((part) => part.text).join('');
    const title = /^# (.+)$/m.exec(text)?.[1] ?? document.name;
    document.name = TITLES[document.name] ?? title.replaceAll('`', '');
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const example = /```ts\n[\s\S]*?```/.exec(read('README.md'))[0];
    for (const part of project.readme) part.text = part.text.replace('EXAMPLE', () => example);
    const all = project.getReflectionsByKind(ReflectionKind.All);
    for (const reflection of all) {
      const text = SHORT[reflection.getFullName()];
      if (!text) continue;
      project.removeTypeReflections(reflection.type);
      reflection.type = new UnknownType(text);
    }
  });
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = finish(page.url, page.contents);
    for (const [, address] of page.contents.matchAll(ELSEWHERE)) {
      app.logger.validationWarning(`${page.url} loads ${address}, which cannot be read offline.`);
    }
  });
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    for (const reflection of project.getReflectionsByKind(DOCUMENTED)) {
      if (reflection.isProject() || tellsItself(reflection) || reflection.hasComment()) continue;
      app.logger.validationWarning(
        `${reflection.getFullName()} has no doc comment: say what it is, with units and errors.`,
      );
    }
  });
}
