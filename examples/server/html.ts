/** Markup that is safe to insert into a page. */
export interface Html {
  html: string;
}

type Value = string | number | Html | readonly Html[];

/** Escapes every inserted value that is not `Html` itself. */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Html => ({
  html: String.raw({ raw: parts }, ...values.map(textOf)),
});

function textOf(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  }
  return 'html' in value ? value.html : value.map((each) => each.html).join('');
}

export const NOTHING: Html = { html: '' };
