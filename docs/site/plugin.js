/** What TypeDoc is told besides its options: short types, titles, and which symbols have to say what they are. */
import { Application, Converter, PageEvent, ReflectionKind, UnknownType } from 'typedoc';

/** The type of the machine is its whole statechart, which docs/states.md tells better. */
const SHORT = {
  'tmdb-auth/machine.authMachine': 'StateMachine<AuthContext, AuthEvent, …>',
  'tmdb-auth/machine.AuthSnapshot': 'SnapshotFrom<typeof authMachine>',
  'tmdb-auth.TmdbAuth.actor': 'ActorRefFrom<typeof authMachine>',
  'tmdb-auth/lazy.LazyTmdbAuth.actor': "TmdbAuth['actor']",
};

const DOCUMENTED =
  ReflectionKind.SomeModule |
  ReflectionKind.ClassOrInterface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable |
  ReflectionKind.Property |
  ReflectionKind.SomeSignature;

/** What a literal is made of is told by whatever has that type, and a `kind` or `type` tells itself. */
const tellsItself = (reflection) =>
  reflection.getFullName().includes('__type') ||
  reflection.kindOf(ReflectionKind.TypeLiteral) ||
  // Of `Error`, for one.
  reflection.inheritedFrom !== undefined ||
  (['kind', 'type'].includes(reflection.name) && reflection.parent?.kindOf(ReflectionKind.Interface));

/** What a page loads from elsewhere: it could not be read offline. */
const ELSEWHERE = /<(?:script|img|link|source)\s[^>]*?(?:src|href|srcset)="((?:\w+:)?\/\/[^"]*)"/g;

/** @param {Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const isGuide = /^docs\/(README|server|restate|reference$|guides\/)/.test(document.name);
    document.frontmatter.group = isGuide ? 'Guides' : 'Background';
    const text = document.content.map((part) => part.text).join('');
    const title = /^# (.+)$/m.exec(text)?.[1] ?? document.name;
    // It names the file, too: the checker of links takes no name that an address has to encode.
    document.name = title.replaceAll('`', '').replaceAll('×', 'by');
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const all = project.getReflectionsByKind(ReflectionKind.All);
    for (const reflection of all) {
      const text = SHORT[reflection.getFullName()];
      if (!text) continue;
      project.removeTypeReflections(reflection.type);
      reflection.type = new UnknownType(text);
    }
  });
  // Links to the first page name its folder, which a disk does not open as a page. Tables that scroll need the focus.
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents
      .replaceAll(/href="((?:\.\.\/)+)(#|")/g, 'href="$1index.html$2')
      .replaceAll('<table>', '<table tabindex="0">');
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
