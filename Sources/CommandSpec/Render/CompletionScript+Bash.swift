// The completion script of bash. It needs no package of helpers. bash cuts words at `:`, `=` and `@` and replaces the
// last piece alone, so the pieces before it are taken off again.

extension CompletionScript {
    static func bash(_ name: String) -> String {
        #"""
        # Completes NAME in bash: source this file, or install it as
        # /usr/share/bash-completion/completions/NAME.

        _NAME() {
            local program=${1/#\~\//$HOME/} kind value text files= apart= open= words= prefix= typed= head i
            local -a values=() texts=()
            COMPREPLY=()
            # The file of a redirection.
            if [[ ${COMP_WORDS[COMP_CWORD - 1]} == [\<\>]* ]]; then
                compopt -o default
                return
            fi
            type -P -- "$program" >/dev/null || program=NAME
            while IFS=$'\t' read -r kind value text; do
                case $kind in
                    typed) typed=$value ;;
                    prefix) prefix=$value ;;
                    word) values+=("$value") texts+=("$text") open= ;;
                    open) values+=("$value") texts+=("$text") open=yes ;;
                    apart | files) printf -v "$kind" yes ;;
                    program) words=$value ;;
                esac
            done < <("$program" completions bash -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)

            if [[ $words ]]; then
                if declare -F _command_offset >/dev/null; then
                    _command_offset $((COMP_CWORD - words + 1))
                elif ((words == 1)); then
                    mapfile -t COMPREPLY < <(compgen -c -- "$2")
                else
                    compopt -o default
                fi
                return
            fi

            # What stands before the piece that is replaced.
            head=${typed%"$2"}
            [[ $head$2 == "$typed" ]] || head=
            if [[ $files ]]; then
                # bash knows best, where the piece is the name of the file.
                if [[ $head == "$prefix" && ${#values[@]} == 0 ]]; then
                    compopt -o default
                    return
                fi
                while IFS= read -r value; do
                    open=
                    [[ -d ${value/#\~\//$HOME/} ]] && value+=/ open=yes
                    values+=("$value") texts+=("")
                done < <(compgen -f -- "${typed#"$prefix"}")
            fi
            ((${#values[@]} == 1)) && [[ $open ]] && compopt -o nospace
            compopt -o nosort 2>/dev/null
            # In a list, the second time, they are explained. Otherwise what they begin with is put in, if it is more than
            # what is there.
            if ((${#values[@]} > 1 && COMP_TYPE == 63)); then
                local width=0 columns=${COLUMNS:-80}
                for value in "${values[@]}"; do ((width = ${#value} > width ? ${#value} : width)); done
                for i in "${!values[@]}"; do
                    value=${values[i]}
                    # So wide that each has a line of its own.
                    [[ ${texts[i]} ]] && printf -v value '%-*s  %-*s' "$width" "$value" "$((columns / 2))" "${texts[i]}"
                    COMPREPLY+=("${value:0:columns - 2}")
                done
                return
            fi
            for value in "${values[@]}"; do
                value=$prefix$value
                [[ $value == "$head"* ]] || continue
                value=${value#"$head"}
                [[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]] || printf -v value %q "$value"
                # Commas stand for themselves.
                value=${value//\\,/,}
                COMPREPLY+=("$value")
            done
            [[ $apart ]] && COMPREPLY+=(' ')
        }

        complete -F _NAME NAME

        """#.replacing("NAME", with: name)
    }
}
