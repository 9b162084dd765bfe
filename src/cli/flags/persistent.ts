/** Flags that every command takes. Names, types and defaults are Skaffold's. */
export const persistentFlags = [
  {
    name: 'color',
    kind: 'int',
    default: '34',
    on: 'all',
    complete: 'none',
    help: 'ANSI number of the colour for progress: 31 to 37, 91 to 95, or 0 for no colour',
  },
  { name: 'force-colors', kind: 'bool', on: 'all', hidden: true, help: 'Use colours even where output is no terminal' },
  { name: 'help', short: 'h', kind: 'bool', on: 'all', hidden: true, help: 'Describe the command' },
  {
    name: 'interactive',
    kind: 'bool',
    default: 'true',
    on: 'all',
    help: 'Whether a person follows the run; switched off, progress is never redrawn in place',
  },
  {
    name: 'timestamps',
    kind: 'bool',
    on: 'all',
    help: 'Put date and time in front of what is printed',
  },
  {
    name: 'update-check',
    kind: 'bool',
    default: 'true',
    on: 'all',
    help: 'Accepted so that existing scripts work; nothing is ever looked up, with or without it',
  },
  {
    name: 'verbosity',
    short: 'v',
    kind: 'string',
    default: 'warning',
    on: 'all',
    values: ['panic', 'fatal', 'error', 'warning', 'info', 'debug', 'trace'],
    complete: 'none',
    help: 'Least severe log lines to print: panic, fatal, error, warning, info, debug or trace',
  },
] as const;
