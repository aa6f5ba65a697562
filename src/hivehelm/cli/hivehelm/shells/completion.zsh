#compdef @NAMES@
# Completion of helm, hivehelm and hivemind for zsh: the program itself is asked what may follow.

# Put into `plain` what a word stands for: without quotes, with a variable or ~. No command in it is run.
__hivehelm_unquote() {
    if [[ $1 == \$[A-Za-z_][A-Za-z0-9_]# || $1 == \$\{[A-Za-z_][A-Za-z0-9_]#\} ]]; then
        local name=${${1#\$}//[\{\}]/}
        plain=${(P)name}
    else
        plain=${(Q)1}
        [[ $1 == \~(/*|) ]] && plain=$HOME${plain#\~}
    fi
}

_helm() {
    emulate -L zsh
    setopt extended_glob
    local -a asked answer candidates hints options order
    local plain word line directive text about tab=$'\t'

    # The name is given to the shell again, for aliases; nothing but a plain name or path is.
    [[ ${words[1]} == [-A-Za-z0-9_./~+]## ]] || return 1
    for word in "${(@)words[2,CURRENT-1]}" "$PREFIX"; do
        __hivehelm_unquote "$word"
        asked+=("$plain")
    done
    answer=("${(@f)$(eval "${words[1]}"' @REQUEST@ "${asked[@]}"' 2> /dev/null)}")
    directive=${answer[-1]#:}
    [[ ${answer[-1]} == :<-> ]] || return 1
    (( directive & 1 )) && return 1

    for line in "${(@)answer[1,-2]}"; do
        case $line in
            '') ;;
            '_activeHelp_ '*) hints+=("${line#_activeHelp_ }") ;;
            *)
                text=${line%%"$tab"*}
                about=''
                [[ $line == *"$tab"* ]] && about=${line#*"$tab"}
                # A colon stands between the two.
                candidates+=("${${text//\\/\\\\}//:/\\:}${about:+:$about}")
                ;;
        esac
    done
    for line in "${(@)hints}"; do
        compadd -x "$line"
    done

    # Of --flag=value only the value is completed.
    [[ $PREFIX == -*=* ]] && compset -P '*='

    if (( directive & 8 )); then
        _files -g "*.(${(j:|:)${candidates#.}})"
        return
    elif (( directive & 16 )); then
        if (( $#candidates )); then
            _files -/ -W "${candidates[1]}"
        else
            _files -/
        fi
        return
    fi
    (( directive & 2 )) && options=(-S '')
    (( directive & 32 )) && order=(-V)
    if (( $#candidates )) && _describe $order 'what may follow' candidates "${(@)options}"; then
        return 0
    fi
    (( directive & 4 )) && return 1
    _files
}

# Autoloaded from a file in $fpath, this is the function; sourced, it is bound here.
if [[ ${funcstack[1]-} == _helm ]]; then
    _helm "$@"
elif (( $+functions[compdef] )); then
    compdef _helm @NAMES@
fi
