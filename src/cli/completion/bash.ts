import { directives } from './directives.ts';

/**
 * The completion script for bash 3.2 and newer. Bash breaks words at `=` and `:`; the script puts them together again
 * for the program, and cuts the same pieces off what the program offers.
 */
export function bashScript(program: string): string {
  return `# Completion of ${program} for bash. Load it with: source <(${program} completion bash)

__${program}_complete() {
    local line=\${COMP_LINE:0:COMP_POINT} index word current directive candidate
    local -a words candidates
    words=()
    for ((index = 0; index <= COMP_CWORD; index++)); do
        word=\${COMP_WORDS[index]}
        if [[ index -gt 0 && $line != [[:blank:]]* ]]; then
            ((index == COMP_CWORD)) && word=$line
            words[\${#words[@]}-1]+=$word
        else
            line=\${line#"\${line%%[![:blank:]]*}"}
            ((index == COMP_CWORD)) && word=$line
            words+=("$word")
        fi
        line=\${line#"$word"}
    done
    current=\${words[\${#words[@]}-1]}

    candidates=()
    while IFS= read -r candidate; do
        candidates+=("$candidate")
    done < <("\${words[0]}" __completeNoDesc "\${words[@]:1}" 2>/dev/null)
    ((\${#candidates[@]})) || return
    directive=\${candidates[\${#candidates[@]}-1]#:}
    unset "candidates[\${#candidates[@]}-1]"

    # Only what follows the last = or : is replaced by bash.
    if [[ $current == --*=* ]]; then
        current=\${current#*=}
    fi
    local cut=
    if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
        cut=\${current%:*}:
    fi
    COMPREPLY=()
    for candidate in "\${candidates[@]}"; do
        COMPREPLY+=("\${candidate#"$cut"}")
    done

    if ((directive & ${directives.noSpace})); then
        compopt -o nospace 2>/dev/null
    fi
    if ((directive & ${directives.directories})); then
        compopt -o dirnames +o default 2>/dev/null
    elif ((directive & ${directives.noFiles})); then
        compopt +o default 2>/dev/null
    fi
}

complete -o default -F __${program}_complete ${program}
`;
}
