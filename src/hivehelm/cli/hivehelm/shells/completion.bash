# Completion of helm, hivehelm and hivemind for bash: the program itself is asked what may follow.

__hivehelm_debug()
{
    [[ -z ${BASH_COMP_DEBUG_FILE-} ]] || printf '%s\n' "$*" >> "$BASH_COMP_DEBUG_FILE"
}

# Put the words up to the cursor into `words`. Bash also splits at : and =; words are what blanks stand between.
__hivehelm_words()
{
    local rest=$COMP_LINE blanks word index
    ((COMP_POINT >= ${#rest})) || rest=${rest:0:COMP_POINT}
    words=()
    for ((index = 0; index <= COMP_CWORD; index++)); do
        blanks=${rest%%[![:blank:]]*}
        rest=${rest#"$blanks"}
        word=${COMP_WORDS[index]-}
        # The cursor may stand inside of the last word.
        [[ $rest == "$word"* ]] || word=$rest
        rest=${rest#"$word"}
        if [[ -n $blanks || index -eq 0 ]]; then
            words+=("$word")
        else
            words[${#words[@]} - 1]+=$word
        fi
    done
}

# Put into `plain` what a word stands for: without quotes, with variables and ~. No command in it is run.
__hivehelm_unquote()
{
    local word=$1 letter quote='' name
    local variable='^([A-Za-z_][A-Za-z0-9_]*)' braced='^\{([A-Za-z_][A-Za-z0-9_]*)\}'
    plain=''
    if [[ $word == '~' || $word == '~/'* ]]; then
        plain=$HOME
        word=${word#'~'}
    fi
    while [[ -n $word ]]; do
        letter=${word:0:1}
        word=${word:1}
        case $quote$letter in
            "''" | '""') quote='' ;;
            "'" | '"') quote=$letter ;;
            '\' | '"\')
                plain+=${word:0:1}
                word=${word:1}
                ;;
            '$' | '"$')
                if [[ $word =~ $variable || $word =~ $braced ]]; then
                    name=${BASH_REMATCH[1]}
                    word=${word:${#BASH_REMATCH[0]}}
                    plain+=${!name-}
                else
                    plain+='$'
                fi
                ;;
            *) plain+=$letter ;;
        esac
    done
}

# Offer files or directories, where the program leaves them to the shell and says which.
__hivehelm_paths()
{
    local kind=$1 path extension
    shift
    if [[ $kind == directories ]]; then
        while IFS='' read -r path; do
            COMPREPLY+=("$path")
        done < <(if [[ -n ${1-} ]]; then cd "$1" 2> /dev/null || exit; fi; compgen -d -- "$cur")
    else
        while IFS='' read -r path; do
            for extension in "$@"; do
                if [[ -d $path || $path == *."${extension#.}" ]]; then
                    COMPREPLY+=("$path")
                    break
                fi
            done
        done < <(compgen -f -- "$cur")
    fi
    __hivehelm_option -o filenames
}

__hivehelm_option()
{
    # Old shells have no compopt, and it works only while something is completed.
    compopt "$@" 2> /dev/null
}

# Show candidates in columns, each with what is said of it.
__hivehelm_describe()
{
    local tab=$'\t' index candidate about room width=0
    for candidate in "${COMPREPLY[@]}"; do
        candidate=${candidate%%"$tab"*}
        ((${#candidate} <= width)) || width=${#candidate}
    done
    for index in "${!COMPREPLY[@]}"; do
        candidate=${COMPREPLY[index]}
        [[ $candidate == *"$tab"* ]] || continue
        about=${candidate#*"$tab"}
        candidate=${candidate%%"$tab"*}
        room=$((${COLUMNS:-80} - width - 4))
        if ((room > 8)); then
            printf -v candidate '%-*s' "$width" "$candidate"
            ((${#about} <= room)) || about="${about:0:room-1}…"
            candidate+="  ($about)"
        fi
        COMPREPLY[index]=$candidate
    done
}

__hivehelm_hint()
{
    # Hints come with the list of candidates, that is when TAB is pressed twice.
    ((${#hints[@]})) && [[ ${COMP_TYPE:-63} == 63 ]] || return 0
    printf '\n%s' "${hints[@]}"
    if ((${#COMPREPLY[@]})); then
        printf '\n--'
    else
        printf '\n%s%s' "$(eval 'printf %s "${PS1@P}"' 2> /dev/null)" "$COMP_LINE"
    fi
}

__start_helm()
{
    local words=() arguments=() candidates=() hints=() plain word cur answer directive tab=$'\t' breaks prefix
    COMPREPLY=()
    __hivehelm_words
    # The name is given to the shell again, for aliases; nothing but a plain name or path is.
    [[ ${words[0]} =~ ^[A-Za-z0-9_./~+-]+$ ]] || return
    for word in "${words[@]:1}"; do
        __hivehelm_unquote "$word"
        arguments+=("$plain")
    done
    cur=$plain
    __hivehelm_debug "asking: ${words[0]} @REQUEST@ ${arguments[*]}"
    answer=$(eval "${words[0]}"' @REQUEST@ "${arguments[@]}"' 2> /dev/null) || return
    directive=${answer##*:}
    [[ $directive =~ ^[0-9]+$ ]] || return
    answer=${answer%:*}
    __hivehelm_debug "directive $directive, candidates: $answer"
    if ((directive & 1)); then
        return
    fi
    ((directive & 2)) && __hivehelm_option -o nospace
    ((directive & 4)) && __hivehelm_option +o default
    ((directive & 32)) && __hivehelm_option -o nosort

    [[ $cur == -*=* ]] && cur=${cur#*=}
    while IFS='' read -r word; do
        case $word in
            '') ;;
            '_activeHelp_ '*) hints+=("${word#_activeHelp_ }") ;;
            *) candidates+=("$word") ;;
        esac
    done <<< "$answer"

    if ((directive & 8)); then
        __hivehelm_paths files ${candidates[@]+"${candidates[@]}"}
    elif ((directive & 16)); then
        __hivehelm_paths directories ${candidates[@]+"${candidates[@]}"}
    else
        for word in ${candidates[@]+"${candidates[@]}"}; do
            [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
        done
        if ((${#COMPREPLY[@]} == 1)) || [[ ${COMP_TYPE-} == 37 || ${COMP_TYPE-} == 42 ]]; then
            # What is inserted stands alone, and in quotes where the shell wants it.
            for word in "${!COMPREPLY[@]}"; do
                printf -v "COMPREPLY[$word]" %q "${COMPREPLY[word]%%"$tab"*}"
            done
        elif ((${#COMPREPLY[@]})); then
            __hivehelm_describe
        fi
    fi

    # Bash replaces what follows the last : or =, and only that.
    breaks=${COMP_WORDBREAKS//[^:=@]/}
    if [[ -n $breaks ]]; then
        prefix=${cur%"${cur##*[$breaks]}"}
        for word in "${!COMPREPLY[@]}"; do
            COMPREPLY[word]=${COMPREPLY[word]#"$prefix"}
        done
    fi
    __hivehelm_hint
}

if [[ $(type -t compopt) == builtin ]]; then
    complete -o default -F __start_helm @NAMES@
else
    complete -o default -o nospace -F __start_helm @NAMES@
fi
