import { resolve } from 'node:path';
import type { BuiltArtifact } from '../../core/artifact.ts';
import { ToolError } from '../../core/errors.ts';
import type { System } from '../../core/ports.ts';
import type { Input } from '../invocation.ts';
import { ValueError } from '../parse/literals.ts';
import type { ValueSources } from '../parse/values.ts';

/** Reads what flags name through the ports of the system; `-` is standard input. */
export function createValueSources(system: System, stdin: Input): ValueSources {
  return {
    readArtifacts: async (file) => parseArtifactsText(await readText(file, system, stdin)),
    compileTemplate: async (text, data) => {
      const { compileOutputTemplate } = await import('../output-template.ts');
      return compileOutputTemplate(text, data);
    },
  };
}

async function readText(file: string, system: System, stdin: Input): Promise<string> {
  if (file === '-') return await stdin.text();
  const content = await system.files.readIfExists(resolve(system.cwd, file));
  if (content === undefined) throw new ValueError(`stat ${file}: no such file or directory`);
  return Buffer.from(content).toString('utf8');
}

async function parseArtifactsText(text: string): Promise<readonly BuiltArtifact[]> {
  const { parseArtifacts } = await import('../../build/artifacts-file.ts');
  try {
    return parseArtifacts(text);
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw new ValueError(`setting template flag: ${cause.message}`, { cause });
  }
}
