/** What of a Dockerfile only BuildKit can do: the Docker Engine's classic builder would misread it, or fail half-way. */
import type { Dockerfile, Instruction } from '../../dockerfile/types.ts';

/** A part of a Dockerfile that needs BuildKit. */
export interface BuildKitNeed {
  /** As the user would say it: `RUN --mount`. */
  readonly feature: string;
  readonly line: number;
}

/** The images of the frontend that BuildKit has built in; naming one asks for nothing that it does not do by itself. */
const ownFrontend = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/;

/** The first thing in a Dockerfile that needs BuildKit, if there is one. */
export function buildKitNeed({ directives, instructions }: Dockerfile): BuildKitNeed | undefined {
  const { syntax } = directives;
  if (syntax !== undefined && !ownFrontend.test(syntax)) return { feature: `# syntax=${syntax}`, line: 1 };
  for (const instruction of instructions) {
    const [feature] = buildKitFeatures(instruction);
    if (feature !== undefined) return { feature: `${instruction.kind} ${feature}`, line: instruction.line };
  }
  return undefined;
}

/** Features of an instruction that only BuildKit has. */
function buildKitFeatures(instruction: Instruction): readonly string[] {
  switch (instruction.kind) {
    case 'RUN':
      return present({
        '--mount': instruction.mounts.length > 0,
        '--network': instruction.network !== 'default',
        '--security': instruction.security !== 'sandbox',
        'with a heredoc': instruction.heredocs.length > 0,
      });
    case 'COPY':
      return present({ ...copyFeatures(instruction), '--parents': instruction.parents });
    case 'ADD':
      return present({
        ...copyFeatures(instruction),
        '--checksum': instruction.checksum !== undefined,
        '--keep-git-dir': instruction.keepGitDir === true,
        '--unpack': instruction.unpack !== undefined,
      });
    default:
      return [];
  }
}

function copyFeatures(instruction: Extract<Instruction, { kind: 'COPY' | 'ADD' }>): Readonly<Record<string, boolean>> {
  return {
    '--chmod': instruction.chmod !== undefined,
    '--link': instruction.link,
    '--exclude': instruction.exclude.length > 0,
    'with a heredoc': instruction.heredocs.length > 0,
  };
}

function present(features: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(features).filter((name) => features[name]);
}
