import { directives } from './directives.ts';

/** The completion script for zsh. It can be sourced, or put as `_PROGRAM` into a directory of `fpath`. */
export function zshScript(program: string): string {
  return `#compdef ${program}
# Completion of ${program} for zsh. Load it with: source <(${program} completion zsh)

_${program}() {
    local line word directive prefix=$PREFIX
    local -a lines candidates
    lines=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT-1]}" "$prefix" 2>/dev/null)}")
    directive=\${lines[-1]#:}
    lines=("\${(@)lines[1,-2]}")

    # The value of --flag=value is completed by itself.
    [[ $prefix == --*=* ]] && compset -P '--*='

    for line in "\${lines[@]}"; do
        word=\${line%%$'\\t'*}
        word=\${word//:/\\\\:}
        if [[ $line == *$'\\t'* ]]; then
            candidates+=("$word:\${line#*$'\\t'}")
        else
            candidates+=("$word")
        fi
    done

    if ((\${#candidates})); then
        _describe -t completions completion candidates
    elif ((directive & ${directives.directories})); then
        _path_files -/
    elif ! ((directive & ${directives.noFiles})); then
        _files
    fi
}

if [[ \${funcstack[1]} == _${program} ]]; then
    _${program} "$@"
else
    compdef _${program} ${program}
fi
`;
}
