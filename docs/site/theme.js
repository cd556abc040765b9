/** The site's header, its footer, its navigation with the guides first, and its page of entries. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultTheme, DefaultThemeRenderContext, JSX } from 'typedoc';

const h = JSX.createElement;
const raw = (html) => h(JSX.Raw, { html });

const MARK = readFileSync(join(import.meta.dirname, 'favicon.svg'), 'utf8');
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
const isApi = (group) => group.title === 'Modules';

class Context extends DefaultThemeRenderContext {
  #link = (reflection, text = reflection.name) => {
    const isCurrent = this.page.model === reflection && this.page.url !== 'index.html';
    const current = isCurrent ? { class: 'current', 'aria-current': 'page' } : {};
    return h('a', { href: this.urlTo(reflection), ...current }, text);
  };

  #members = (module) => {
    const isOpen = this.page.model === module || this.page.model.parent === module;
    if (!isOpen) return null;
    const own = module.children.filter((child) => !child.isReference());
    return h('ul', null, ...own.map((child) => h('li', null, this.#link(child))));
  };

  navigation = ({ project }) =>
    h(
      'nav',
      { class: 'tsd-navigation', 'aria-label': 'Pages' },
      ...project.groups.map((group) =>
        h(
          JSX.Fragment,
          null,
          h('h2', null, isApi(group) ? 'API' : group.title),
          h(
            'ul',
            null,
            ...group.children.map((one) =>
              h('li', null, this.#link(one), one.isDocument() ? null : this.#members(one)),
            ),
          ),
        ),
      ),
    );

  constructor(...all) {
    super(...all);
    const { toolbar, header, moduleReflection, indexTemplate } = this;

    this.toolbar = (props) => {
      const element = toolbar(props);
      const bar = element.children[0];
      const [, , search, dialog, menu] = bar.children;
      search.children.push(h('span', null, 'Search'), h('kbd', null, '/'));
      const to = (name) => props.project.documents.find((document) => document.name === name);
      bar.children = [
        h(
          'a',
          { href: this.relativeURL('index.html'), class: 'title' },
          raw(MARK),
          ' tmdb-auth ',
          h('small', null, version),
        ),
        h(
          'div',
          { id: 'tsd-toolbar-links' },
          h('a', { href: `${this.relativeURL('index.html')}#find-your-guide` }, 'Guides'),
          h('a', { href: this.urlTo(to('The statechart')) }, 'Statechart'),
          h('a', { href: this.relativeURL('modules.html') }, 'API'),
        ),
        search,
        dialog,
        h(
          'select',
          { id: 'tsd-theme', 'aria-label': 'Colours' },
          ...['os', 'light', 'dark'].map((value) => h('option', { value }, value === 'os' ? 'Auto' : value)),
        ),
        menu,
      ];
      return element;
    };

    this.settings = () => h(JSX.Fragment, null);
    this.footer = () =>
      h(
        'footer',
        null,
        h(
          'p',
          null,
          'This product uses the TMDB API but is not endorsed or certified by TMDB. MIT licence. Made with TypeDoc.',
        ),
      );
    this.indexTemplate = (props) => h('div', { class: 'landing' }, indexTemplate(props));
    // A document brings its own title and has no parent.
    this.header = (props) =>
      props.model.isDocument() || props.model.isProject() ? h(JSX.Fragment, null) : header(props);
    this.moduleReflection = (module) => {
      if (!module.isProject()) return moduleReflection(module);
      const modules = module.groups.find(isApi).children;
      return h(
        'div',
        { class: 'tsd-panel tsd-typography' },
        h('h1', null, 'API'),
        ...modules.map((one) =>
          h('section', { class: 'entry' }, h('h2', null, this.#link(one)), this.commentSummary(one)),
        ),
      );
    };
  }
}

export class SiteTheme extends DefaultTheme {
  ContextClass = Context;
}
