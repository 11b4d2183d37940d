# Completes sockctl in fish: install it as ~/.config/fish/completions/sockctl.fish.

function __sockctl_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l word (string replace -r '^["\']' '' -- $typed | string unescape)
    set -l program $words[1]
    type -q -- $program; or set program sockctl
    set -l prefix ''
    $program completions fish -- $words[2..] "$word" 2>/dev/null | while read -l -d \t kind value text
        switch $kind
            case prefix
                set prefix $value
            case word open
                # What is somewhere in a word fish finds only in the case that is typed, and such names have none.
                set -l part (string sub -s (math (string length -- $prefix) + 1) -- $word)
                if test -n "$prefix" -a "$part" = (string lower -- "$part")
                    and string match -qr '^[A-Z0-9_]+=?$' -- $value
                    string match -qi -- "$part*" $value; or set value (string lower -- $value)
                end
                printf '%s\t%s\n' $prefix$value $text
            case files
                # As it is typed: it may begin with ~.
                set -l name (string sub -s (math (string length -- $prefix) + 1) -- $typed)
                for file in (complete -C "'' $name")
                    printf '%s%s\n' $prefix $file
                end
            case program
                set -l started $words[(math (count $words) - $value + 2)..]
                complete -C "$(string escape -- $started | string join ' ') $typed"
        end
    end
end

complete -c sockctl -f -k -a '(__sockctl_complete)'
