import type { SubmitEvent } from 'react';

/** The field `name` of a submitted form. The form keeps its text, so that it can be submitted again after a failure. */
export function submittedName(event: SubmitEvent<HTMLFormElement>): string {
  event.preventDefault();
  return String(new FormData(event.currentTarget).get('name')).trim();
}
