import type { SubmitEvent } from 'react';

/** The field `name` of the form that was sent, which stays as it is: what failed can be sent again. */
export function submittedName(event: SubmitEvent<HTMLFormElement>): string {
  event.preventDefault();
  return String(new FormData(event.currentTarget).get('name')).trim();
}
