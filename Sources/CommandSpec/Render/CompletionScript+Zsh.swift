// The completion function of zsh.

extension CompletionScript {
    static func zsh(_ name: String) -> String {
        #"""
        #compdef NAME

        # Completes NAME in zsh: install it as _NAME in a directory of $fpath.

        _NAME() {
            local program=${~${(Q)words[1]}} kind value text line prefix files apart count
            local -a whole=() open=()
            (( $+commands[$program] )) || [[ -x $program ]] || program=NAME
            while IFS=$'\t' read -r kind value text; do
                line=${${value//\\/\\\\}//:/\\:}${text:+:$text}
                case $kind in
                (prefix) prefix=$value ;;
                (word) whole+=$line ;;
                (open) open+=$line ;;
                (apart) apart=yes ;;
                (files) files=yes ;;
                (program) count=$value ;;
                esac
            done < <($program completions zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)

            if [[ -n $count ]]; then
                shift $(( CURRENT - count )) words
                CURRENT=$count
                _normal
                return
            fi

            [[ -z $prefix ]] || compset -P "${(b)prefix}" || return
            # They are chosen already: what was typed need not be their beginning.
            local -i found=1
            (( $#whole )) && _describe -V -t values value whole -U -i "$IPREFIX" && found=0
            (( $#open )) && _describe -V -t values value open -U -i "$IPREFIX" -S '' && found=0
            # What they begin with is less than what is there.
            [[ -z $apart ]] || compstate[insert]= compstate[list]='list force'
            [[ -z $files ]] || _files && found=0
            return found
        }

        # Loaded by the completion system it is called for the first time; sourced, it is only registered.
        if [[ $funcstack[1] == _NAME ]]; then
            _NAME "$@"
        else
            compdef _NAME NAME
        fi

        """#.replacing("NAME", with: name)
    }
}
