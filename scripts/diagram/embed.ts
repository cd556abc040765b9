/** A module with the picture as a string, for a page that puts it into its own document. */
export const embed = (
  svg: string,
) => `// Generated from the machine by scripts/diagram (npm run docs all). Not to be edited.

/** The statechart as SVG, light or dark as the \`color-scheme\` around it says. */
export const STATECHART: string = \`${svg.trimEnd().replace(/[\\`]|\$(?=\{)/g, '\\$&')}\`;
`;
