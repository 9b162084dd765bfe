import type { Diagnostic } from './diagnostic.ts';

/**
 * Every way the tool can fail, by name. Below 10000 name and value are Skaffold's `StatusCode`, which event
 * streams carry; from 10000 on they are our own. The name is what code and tests compare.
 */
export const errorCodes = {
  BUILD_PUSH_ACCESS_DENIED: 101,
  BUILD_DOCKER_DAEMON_NOT_RUNNING: 103,
  BUILD_USER_ERROR: 104,
  BUILD_DOCKER_SYSTEM_ERR: 107,
  BUILD_DOCKERFILE_NOT_FOUND: 115,
  BUILD_DOCKER_GET_DIGEST_ERR: 117,
  BUILD_REGISTRY_GET_DIGEST_ERR: 118,
  BUILD_DOCKER_NO_SPACE_ERR: 127,
  BUILD_UNKNOWN_PLATFORM_FLAG: 150,
  BUILD_CROSS_PLATFORM_NO_REGISTRY_ERR: 152,
  UNKNOWN_ERROR: 500,
  BUILD_UNKNOWN: 506,
  INIT_CREATE_TAGGER_ERROR: 901,
  INIT_CREATE_BUILDER_ERROR: 904,
  INIT_CACHE_ERROR: 907,
  DEPLOY_READ_REMOTE_MANIFEST_ERR: 1013,
  TEST_USER_CONFIG_ERR: 1101,
  TEST_CST_USER_ERR: 1102,
  TEST_CUSTOM_CMD_RUN_NON_ZERO_EXIT_ERR: 1105,
  TEST_CUSTOM_CMD_RUN_TIMEDOUT_ERR: 1106,
  CONFIG_FILE_PARSING_ERR: 1201,
  CONFIG_FILE_NOT_FOUND_ERR: 1202,
  CONFIG_DEPENDENCY_NOT_FOUND_ERR: 1203,
  CONFIG_DUPLICATE_NAMES_SAME_FILE_ERR: 1204,
  CONFIG_DUPLICATE_NAMES_ACROSS_FILES_ERR: 1205,
  CONFIG_BAD_FILTER_ERR: 1206,
  CONFIG_ZERO_FOUND_ERR: 1207,
  CONFIG_APPLY_PROFILES_ERR: 1208,
  CONFIG_DEFAULT_VALUES_ERR: 1209,
  CONFIG_PROFILES_NOT_FOUND_ERR: 1212,
  CONFIG_UNKNOWN_API_VERSION_ERR: 1213,
  CONFIG_UNKNOWN_VALIDATOR: 1214,
  CONFIG_UNKNOWN_TRANSFORMER: 1215,
  CONFIG_MISSING_MANIFEST_FILE_ERR: 1216,
  CONFIG_UPGRADE_ERR: 1218,
  INSPECT_BUILD_ENV_ALREADY_EXISTS_ERR: 1302,
  INSPECT_BUILD_ENV_INCORRECT_TYPE_ERR: 1303,
  INSPECT_PROFILE_NOT_FOUND_ERR: 1304,
  RENDER_SET_NAMESPACE_ERR: 1403,
  RENDER_REPLACE_IMAGE_ERR: 1405,
  RENDER_TRANSFORM_MANIFEST_ERR: 1406,
  RENDER_SET_LABEL_ERR: 1407,
  RENDER_MANIFEST_WRITE_ERR: 1408,
  RENDER_PARSE_MANIFEST_IMAGES_ERR: 1409,
  /** A command line that cannot be parsed; the process exits with 127. */
  USAGE: 10000,
  /** A command, flag or field that this version does not do. The message names it. */
  NOT_SUPPORTED: 10001,
  CONFIG_VALIDATION_ERR: 10002,
  MANIFEST_PARSE_ERR: 10003,
  /** A file of manifests on the command line that is not there or holds none. */
  MANIFEST_FILE_ERR: 10005,
  /** A `# from-param:` comment that cannot be filled in. */
  MANIFEST_PARAMETER_ERR: 10004,
  REGISTRY_UNREACHABLE: 10010,
  REGISTRY_UNAUTHORIZED: 10011,
  REGISTRY_DENIED: 10012,
  REGISTRY_NOT_FOUND: 10013,
  /** What a registry, daemon or store served does not hash to the digest it was asked for. */
  DIGEST_MISMATCH: 10014,
  REGISTRY_PROTOCOL: 10015,
  REFERENCE_INVALID: 10016,
  FILE_READ_ERR: 10020,
  FILE_WRITE_ERR: 10021,
  DISK_FULL: 10022,
  COMMAND_FAILED: 10023,
  COMMAND_NOT_FOUND: 10024,
  STORE_DAMAGED: 10025,
  /** A file was written to while it was being read. */
  FILE_CHANGED: 10026,
  DOCKERFILE_PARSE_ERR: 10030,
  DOCKERFILE_UNSUPPORTED: 10031,
  ADDRESS_IN_USE: 10040,
  TEMPLATE_ERR: 10041,
  /** An address to listen on that is malformed, not this machine's, or not allowed. */
  ADDRESS_UNUSABLE: 10042,
  /** `init` found nothing that builds images. */
  INIT_NO_BUILDER: 10060,
  /** `init` found no manifests that name an image. */
  INIT_NO_MANIFEST: 10061,
  /** `init` would overwrite a configuration. */
  INIT_CONFIG_EXISTS: 10062,
  /** `init` cannot tell what builds which image. */
  INIT_AMBIGUOUS: 10063,
  /** `init` found no Helm chart that can be read. */
  INIT_NO_CHART: 10064,
  /** `init` asked something, and standard input ended. */
  INIT_UNANSWERED: 10065,
  /** No BuildKit answers where one is said to be. */
  BUILDKIT_UNREACHABLE: 10080,
  /** BuildKit failed at something that is not the Dockerfile's doing. */
  BUILDKIT_ERR: 10081,
  /** The user or the system asked the run to stop. */
  CANCELLED: 10050,
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface Suggestion {
  /** Skaffold's `SuggestionCode` name, such as `CHECK_DEFAULT_REPO`, or one of ours. */
  readonly code: string;
  /** An imperative sentence without full stop. */
  readonly action: string;
}

export interface ToolErrorDetails {
  readonly cause?: unknown;
  readonly suggestions?: readonly Suggestion[];
  readonly diagnostics?: readonly Diagnostic[];
  /** Exit code of the child process that failed; becomes the exit code of the run (as in Skaffold). */
  readonly exitCode?: number;
}

/**
 * The only error class that crosses a module boundary on purpose. Anything else that reaches
 * the edge is a bug and is reported as one.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code: ErrorCode;
  readonly suggestions: readonly Suggestion[];
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: number | undefined;

  constructor(code: ErrorCode, message: string, details: ToolErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.suggestions = details.suggestions ?? [];
    this.diagnostics = details.diagnostics ?? [];
    this.exitCode = details.exitCode;
  }
}

/**
 * The same failure with a prefix saying what was being done (`prefix: message`), code and suggestions kept.
 * Errors that are not ours are returned untouched: they are bugs and must stay recognisable.
 */
export function withPrefix(prefix: string, error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  return new ToolError(error.code, `${prefix}: ${error.message}`, {
    cause: error.cause,
    suggestions: error.suggestions,
    diagnostics: error.diagnostics,
    ...(error.exitCode === undefined ? {} : { exitCode: error.exitCode }),
  });
}
