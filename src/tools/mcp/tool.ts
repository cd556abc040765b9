import type { JsonSchemaType, ToolAnnotations } from '@modelcontextprotocol/server';

export interface Tool {
  name: string;
  /** For people: clients show it when they ask the user for permission. */
  title: string;
  /** For agents. Short, as it is sent with every request. */
  description: string;
  input: JsonSchemaType;
  annotations: ToolAnnotations;
  /** Resolves to plain data. `args` match the schema. Aborting the signal ends the call. */
  run(args: Record<string, unknown>, signal: AbortSignal): Promise<Record<string, unknown>>;
}

interface Definition<Args> extends Pick<Tool, 'name' | 'title' | 'description'> {
  /** Default: none. */
  properties?: Record<keyof Args & string, JsonSchemaType>;
  /** Names of optional arguments. Default: none. */
  optional?: readonly (keyof Args & string)[];
  /** Default: the tool changes nothing. */
  changes?: Change;
  run(args: Args, signal: AbortSignal): Promise<Record<string, unknown>>;
}

/**
 * The tool's effect on the user's data: it `adds`, `adds each time` (a repeated call adds again), or is
 * `destructive`.
 */
type Change = 'adds' | 'adds each time' | 'destructive';

const CHANGES: Record<Change, ToolAnnotations> = {
  adds: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  'adds each time': { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  destructive: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
};

/** `Args` is not checked here: the server validates arguments by the schema before it runs a tool. */
export function defineTool<Args = Record<never, never>>(definition: Definition<Args>): Tool {
  const { name, title, description, optional = [], changes, run } = definition;
  const properties: Record<string, JsonSchemaType> = definition.properties ?? {};
  return {
    name,
    title,
    description,
    input: {
      type: 'object',
      properties,
      required: Object.keys(properties).filter((name) => !(optional as readonly string[]).includes(name)),
      additionalProperties: false,
    },
    annotations: { title, openWorldHint: true, ...(changes ? CHANGES[changes] : { readOnlyHint: true }) },
    run: run as Tool['run'],
  };
}
