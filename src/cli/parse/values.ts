import type { BuiltArtifact } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import { quote } from '../../go/template/quote.ts';
import type { Flag, FlagKind, FlagValues, OutputTemplate, TemplateData } from '../flags/flag.ts';
import { parseCsv } from './csv.ts';
import { parseBool, parseDecimal, parseDuration, parseInteger, readBool, ValueError } from './literals.ts';

/** Where the values come from that are more than their text. */
export interface ValueSources {
  /**
   * Reads a build-artifacts file; `-` is standard input.
   * @throws {@link ValueError} for a missing file, `ToolError` for what cannot be read or understood.
   */
  readArtifacts(file: string): Promise<readonly BuiltArtifact[]>;
  /** Compiles a Go template. @throws `TEMPLATE_ERR` */
  compileTemplate(text: string, data: TemplateData): Promise<NonNullable<OutputTemplate['compiled']>>;
}

/** Turns the text of a flag into its value; `earlier` is what the flag was set to before, if it was. */
type Reader<Kind extends FlagKind> = (
  text: string,
  flag: Flag,
  earlier: FlagValues[Kind] | undefined,
  sources: ValueSources,
) => FlagValues[Kind] | Promise<FlagValues[Kind]>;

const readers: { readonly [Kind in FlagKind]: Reader<Kind> } = {
  bool: parseBool,
  triBool: readBool,
  int: parseInteger,
  intOrUnset: parseDecimal,
  string: (text) => text,
  stringOrUnset: (text) => text,
  reposOrUnset: (text, _, earlier = []) => [...earlier, text],
  stringSlice: (text, _, earlier = []) => [...earlier, ...parseCsv(text)],
  stringArray: (text, _, earlier = []) => [...earlier, text],
  duration: parseDuration,
  template: readTemplate,
  artifacts: (text, _, __, sources) => sources.readArtifacts(text),
  images: readImages,
  portForward: readPortForward,
  choice: readChoice,
};

/**
 * The value a flag has after it was set to `text`.
 *
 * @throws {@link ValueError} or `ToolError` where the flag cannot take the text; the message says why.
 */
export async function readValue(flag: Flag, text: string, earlier: unknown, sources: ValueSources): Promise<unknown> {
  const reader = readers[flag.kind] as Reader<FlagKind>;
  return await reader(text, flag, earlier as FlagValues[FlagKind] | undefined, sources);
}

const emptyValues: FlagValues = {
  bool: false,
  triBool: undefined,
  int: 0,
  intOrUnset: undefined,
  string: '',
  stringOrUnset: undefined,
  reposOrUnset: undefined,
  stringSlice: [],
  stringArray: [],
  duration: 0,
  template: { text: '', compiled: undefined },
  artifacts: undefined,
  images: [],
  portForward: [],
  choice: '',
};

/** The value of a kind before anything set it. */
export function emptyValue(kind: FlagKind): unknown {
  return emptyValues[kind];
}

/** The value of a flag that was not given; `defaultText` is the command's or the flag's default. */
export function defaultValue(flag: Flag, defaultText: string | undefined): unknown {
  if (defaultText === undefined) return emptyValue(flag.kind);
  if (flag.kind === 'template') return { text: defaultText, compiled: undefined };
  const reader = readers[flag.kind] as Reader<FlagKind>;
  return reader(defaultText, flag, undefined, noSources);
}

/** Defaults are plain text: none of them is a file or a template that needs compiling. */
const noSources: ValueSources = {
  readArtifacts: () => Promise.reject(new ValueError('a default cannot be a file')),
  compileTemplate: () => Promise.reject(new ValueError('a default cannot be compiled')),
};

async function readTemplate(text: string, flag: Flag, _: unknown, sources: ValueSources): Promise<OutputTemplate> {
  if (text === flag.default) return { text, compiled: undefined };
  try {
    return { text, compiled: await sources.compileTemplate(text, flag.data ?? 'flags.BuildOutput') };
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw new ValueError(`setting template flag: ${cause.message}`, { cause });
  }
}

async function readImages(
  text: string,
  _: unknown,
  earlier: readonly BuiltArtifact[] = [],
): Promise<readonly BuiltArtifact[]> {
  const { parseImageArgument } = await import('../../build/artifacts-file.ts');
  try {
    return [...earlier, ...text.split(',').map(parseImageArgument)];
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw new ValueError(cause.message, { cause });
  }
}

const portForwardWords = ['user', 'services', 'pods', 'debug', 'off'];

function readPortForward(text: string): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  for (const word of words) {
    const alone = word === 'off' || readBool(word) !== undefined;
    if (alone && words.length > 1)
      throw new ValueError(`port-forward ${quote(word)} cannot be combined with other options`);
    if (!alone && !portForwardWords.includes(word)) {
      throw new ValueError(`unknown port-forward option ${quote(word)}: expected: user, services, pods, debug, off`);
    }
  }
  return words;
}

function readChoice(text: string, flag: Flag): string {
  const words = flag.values ?? [];
  if (words.includes(text)) return text;
  const quoted = words.map((word) => `\`${word}\``);
  throw new ValueError(`value must be one of ${quoted.slice(0, -1).join(', ')}, or ${quoted.at(-1)}`);
}
