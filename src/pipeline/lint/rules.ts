import { apiVersionPrefix, latestVersion } from '../../config/versions.ts';

/**
 * A rule of `lint`, as Skaffold's `--format=json` describes it: numbers, texts and filters are part of that form. Nothing
 * here works by `Filter`.
 */
export interface LintRule {
  readonly RuleID: number;
  /** 0: a field of a YAML file; 1: an instruction of a Dockerfile. */
  readonly RuleType: 0 | 1;
  /** A Go template. */
  readonly ExplanationTemplate: string;
  /** 2 is a warning in the language server protocol. */
  readonly Severity: 2;
  readonly Filter: unknown;
}

/** One place that a rule has something to say about. */
export interface LintFinding {
  readonly rule: LintRule;
  /** Absolute path, `-`, or a URL. */
  readonly file: string;
  /** As Skaffold shows it: of configurations without the working directory in front, of others relative to it. */
  readonly shownFile: string;
  readonly explanation: string;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  /** The whole line, without its line break. */
  readonly text: string;
}

/** The label that Skaffold sets on everything it deploys. */
export const managedByLabel = 'app.kubernetes.io/managed-by';

const newest = `${apiVersionPrefix}${latestVersion}`;

/** How kyaml, which Skaffold's rules are made of, writes a filter for a field of the root. */
const fieldFilter = (name: string, expression: string, isInverted: boolean): unknown => ({
  Filter: { Kind: '', Name: name, Value: null, StringValue: '', StringRegexValue: expression, Create: null },
  FieldMatch: '',
  InvertMatch: isInverted,
});

/** The apiVersion of a configuration is not the newest. */
export const outdatedVersion: LintRule = {
  RuleID: 1,
  RuleType: 0,
  ExplanationTemplate: `Found 'apiVersion' field with value that is not the latest skaffold apiVersion. Modify the apiVersion to the latest version: \`apiVersion: ${newest}\` or run the 'skaffold fix' command to have skaffold upgrade this for you.`,
  Severity: 2,
  Filter: fieldFilter('apiVersion', `[^${newest}]`, false),
};

const staticPortText =
  'It is a skaffold best practice to specify a static port (vs skaffold dynamically choosing one) for port forwarding container based resources skaffold deploys.  This is helpful because with this the local ports are predictable across dev sessions which  makes testing/debugging easier. It is recommended to add the following stanza at the end of your skaffold.yaml for each shown deployed resource:\nportForward:';

/** A configuration with manifests does not say which ports are forwarded. */
export const staticPort: LintRule = {
  RuleID: 2,
  RuleType: 0,
  ExplanationTemplate: `${staticPortText}{{range $k,$v := .FieldMap }}\n- resourceType: {{ $v.ResourceType }}\n  resourceName: {{ $v.ResourceName }}\n  port: {{ $v.Port }}\n  localPort: {{ $v.LocalPort }}{{end}}`,
  Severity: 2,
  Filter: fieldFilter('portForward', '', true),
};

/** A port of a container, and the local one to forward to it. */
export interface PortSuggestion {
  /** The kind in lower case. */
  readonly resourceType: string;
  readonly resourceName: string;
  readonly port: string;
  readonly localPort: number;
}

/** What {@link staticPort} says about these ports. */
export function staticPortExplanation(ports: readonly PortSuggestion[]): string {
  const entries = ports.map(
    ({ resourceType, resourceName, port, localPort }) =>
      `\n- resourceType: ${resourceType}\n  resourceName: ${resourceName}\n  port: ${port}\n  localPort: ${localPort}`,
  );
  return staticPortText + entries.join('');
}

const copyFilter = { DockerCommand: 'copy', DockerCopyDestRegExp: '', DockerCopySourceRegExp: '.*' };

/** A COPY or ADD takes more than 1000 files. */
export const manyFiles: LintRule = {
  RuleID: 4,
  RuleType: 1,
  ExplanationTemplate:
    'This instruction takes more than 1000 files from "{{index .FieldMap "src"}}". All of them are watched, and any change to one of them builds the image again. Name the files that "{{index .FieldMap "dest"}}" needs, or leave the others out with a .dockerignore file.',
  Severity: 2,
  Filter: copyFilter,
};

/** A COPY or ADD takes a `.git` directory along. */
export const gitDirectory: LintRule = {
  RuleID: 5,
  RuleType: 1,
  ExplanationTemplate:
    'This instruction takes the git directory {{index .FieldMap "gitDirectoryAbsPath"}} along with "{{index .FieldMap "src"}}". Every git command changes files there and builds the image again. Leave it out with a line **/.git in a .dockerignore file.',
  Severity: 2,
  Filter: copyFilter,
};

/** A manifest sets the label that Skaffold overwrites. */
export const managedBy: LintRule = {
  RuleID: 6,
  RuleType: 0,
  ExplanationTemplate: `Found usage of label '${managedByLabel}'.  skaffold overwrites the '${managedByLabel}' field to '${managedByLabel}: skaffold'. and as such is recommended to remove this label`,
  Severity: 2,
  Filter: {
    Filter: { Kind: '', Path: ['metadata', 'labels'], Create: 0, Style: 0 },
    FieldMatch: managedByLabel,
    InvertMatch: false,
  },
};

/** The template of a rule with the values of its `FieldMap` put in. */
export function explain({ ExplanationTemplate }: LintRule, values: Readonly<Record<string, string>>): string {
  return ExplanationTemplate.replace(/\{\{index \.FieldMap "(\w+)"\}\}/g, (_, name: string) => values[name] ?? '');
}
