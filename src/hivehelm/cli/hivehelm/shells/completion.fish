# Completion of helm, hivehelm and hivemind for fish: the program itself is asked what may follow.

# Ask the program; succeed where its candidates, and no files, are to be offered.
function __hivehelm_ask
    set -g __hivehelm_found
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current)
    or set plain $current
    test -n "$words[1]"
    or return 1

    set -l program $words[1]
    set -l answer ($program @REQUEST@ $words[2..-1] "$plain" 2>/dev/null)
    set -l directive (string match -r '^:(\d+)$' -- $answer[-1])[2]
    test -n "$directive"
    or return 1
    set -e answer[-1]
    # Error, then the filters of files: fish completes files itself.
    if test (math "bitand($directive, 25)") -ne 0
        return 1
    end

    # Candidates for the value in --flag=value do not have the flag in front; fish wants it.
    set -l before ''
    if string match -q -r -- '^-.*=' "$plain"
        set before (string replace -r -- '=.*$' '=' "$plain")
    end
    for line in $answer
        if test -n "$line"; and not string match -q -- '_activeHelp_ *' "$line"
            set -a __hivehelm_found "$before$line"
        end
    end
    if test (count $__hivehelm_found) -eq 0
        # Without candidates there are files, unless the program says that there are none.
        test (math "bitand($directive, 4)") -ne 0
        return
    end

    if test (math "bitand($directive, 2)") -ne 0
        # Fish adds no blank where more may follow: a second candidate says so.
        set -l fitting
        for line in $__hivehelm_found
            set -l text (string split -m 1 \t -- $line)[1]
            if string match -q -- "$plain*" $text
                set -a fitting $text
            end
        end
        if test (count $fitting) -eq 1; and not string match -q -r -- '[/=@:.,]$' $fitting[1]
            set -a __hivehelm_found "$fitting[1]."
        end
    end
    return 0
end

for program in @NAMES@
    complete -c $program -e
    complete -c $program -k -f -n __hivehelm_ask -a '$__hivehelm_found'
end
