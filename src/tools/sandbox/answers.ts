/** An HTTP answer. */
export interface Answer {
  /** HTTP status. */
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** The published status codes of TMDB that the sandbox uses: [HTTP status, message]. */
const STATUS_CODES: Readonly<Record<number, readonly [number, string]>> = {
  1: [200, 'Success.'],
  3: [401, 'Authentication failed: You do not have permissions to access the service.'],
  5: [422, 'Invalid parameters: Your request parameters are incorrect.'],
  6: [404, 'Invalid id: The pre-requisite id is invalid or not found.'],
  7: [401, 'Invalid API key: You must be granted a valid key.'],
  8: [403, 'Duplicate entry: The data you tried to submit already exists.'],
  9: [503, 'Service offline: This service is temporarily offline, try again later.'],
  10: [401, 'Suspended API key: Access to your account has been suspended, contact TMDB.'],
  11: [500, 'Internal error: Something went wrong, contact TMDB.'],
  12: [201, 'The item/record was updated successfully.'],
  13: [200, 'The item/record was deleted successfully.'],
  14: [401, 'Authentication failed.'],
  15: [500, 'Failed.'],
  16: [401, 'Device denied.'],
  17: [401, 'Session denied.'],
  18: [400, 'Validation failed.'],
  21: [200, 'Entry not found: The item you are trying to edit cannot be found.'],
  22: [400, 'Invalid page: Pages start at 1 and max at 500. They are expected to be an integer.'],
  24: [504, 'Your request to the backend server timed out. Try again.'],
  25: [429, 'Your request count (41) is over the allowed limit of (40).'],
  26: [400, 'You must provide a username and password.'],
  30: [401, 'Invalid username and/or password: You did not provide a valid login.'],
  31: [401, 'Account disabled: Your account is no longer active. Contact TMDB if this is an error.'],
  32: [401, 'Email not verified: Your email address has not been verified.'],
  33: [401, 'Invalid request token: The request token is either expired or invalid.'],
  34: [404, 'The resource you requested could not be found.'],
  35: [401, 'Invalid token.'],
  36: [401, "This token hasn't been granted write permission by the user."],
  37: [404, 'The requested session could not be found.'],
  38: [401, "You don't have permission to edit this resource."],
  39: [401, 'This resource is private.'],
  40: [200, 'Nothing to update.'],
  41: [422, "This request token hasn't been approved by the user."],
  43: [502, "Couldn't connect to the backend server."],
  44: [500, 'The ID is invalid.'],
  45: [403, 'This user has been suspended.'],
  46: [503, 'The API is undergoing maintenance. Try again later.'],
  47: [400, 'The input is not valid.'],
};

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', ...headers },
    text: JSON.stringify(body),
  };
}

/** `{"success":false,"status_code":N,"status_message":"…"}` with the HTTP status that TMDB publishes for the code. */
export function failure(code: number, extra: Record<string, unknown> = {}): Answer {
  const [status, status_message] = lookUp(code);
  return json(status, { success: false, ...extra, status_code: code, status_message });
}

/** A success with a code: 201/1 stored, 201/12 changed, 200/13 deleted. */
export function done(code: 1 | 12 | 13, status = lookUp(code)[0]): Answer {
  return json(status, { success: true, status_code: code, status_message: lookUp(code)[1] });
}

/** The refusal of `session/new`, which alone adds `"failure":true`. */
export function sessionDenied(): Answer {
  return failure(17, { failure: true });
}

/** HTTP status and message of a code; 500 for a code that TMDB does not publish. */
function lookUp(code: number): readonly [number, string] {
  return STATUS_CODES[code] ?? [500, 'Failed.'];
}
