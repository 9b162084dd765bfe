import { directives } from './directives.ts';

/** The completion script for fish 3 and newer. */
export function fishScript(program: string): string {
  return `# Completion of ${program} for fish. Load it with: ${program} completion fish | source

function __${program}_complete
    set -l before (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --cut-at-cursor --current-token)
    set -l lines ($before[1] __complete $before[2..-1] "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l directive (string replace ':' '' -- $lines[-1])
    set -e lines[-1]

    # The value of --flag=value is completed by itself, but fish replaces the whole word.
    set -l prefix (string match --regex '^--[^=]*=' -- "$current")
    if test (count $lines) -gt 0
        printf '%s\\n' "$prefix"$lines
    else if test (math "bitand($directive, ${directives.directories})") -ne 0
        __fish_complete_directories (string replace -- "$prefix" '' "$current")
    else if test (math "bitand($directive, ${directives.noFiles})") -eq 0
        __fish_complete_path (string replace -- "$prefix" '' "$current")
    end
end

complete --command ${program} --no-files --arguments '(__${program}_complete)'
`;
}
