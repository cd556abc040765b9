import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads the options of a script. With any others it prints the usage and ends the script with 2. */
export function optionsOf<const Wanted extends Options>(
  usage: string,
  options: Wanted,
  check: (values: ReturnType<typeof parseArgs<{ options: Wanted }>>['values']) => string | false = () =>
    false,
) {
  try {
    const { values } = parseArgs({ options });
    const wrong = check(values);
    if (wrong) throw new TypeError(wrong);
    return values;
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: ${usage}`);
    process.exit(2);
  }
}

/** A whole number above 0, or undefined without one. */
export const isCount = (text: string | undefined) => text === undefined || /^[1-9]\d*$/.test(text);
