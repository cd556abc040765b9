import type { JsonSchemaType, ToolAnnotations } from '@modelcontextprotocol/server';

export interface Tool {
  name: string;
  /** For people: clients show it when they ask for permission. */
  title: string;
  /** For agents: each pays for every word, with every request. */
  description: string;
  input: JsonSchemaType;
  annotations: ToolAnnotations;
  /** Resolves to plain data. `args` fit the schema. Aborting the signal ends it. */
  run(args: Record<string, unknown>, signal: AbortSignal): Promise<Record<string, unknown>>;
}

interface Definition<Args> extends Pick<Tool, 'name' | 'title' | 'description'> {
  /** Default: none. */
  properties?: Record<keyof Args & string, JsonSchemaType>;
  /** Names of arguments that may be left out. Default: none. */
  optional?: readonly (keyof Args & string)[];
  /** Default: it changes nothing. */
  changes?: Change;
  run(args: Args, signal: AbortSignal): Promise<Record<string, unknown>>;
}

/**
 * What a tool does to what is stored: `adds` to it, may be `destructive`; and whether doing it twice does more than
 * doing it once.
 */
type Change = 'adds' | 'adds each time' | 'destructive';

const CHANGES: Record<Change, ToolAnnotations> = {
  adds: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  'adds each time': { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  destructive: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
};

/** `Args` is what the schema lets through: the server checks arguments before it runs a tool. */
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
