// The completion script of bash. It needs no package of helpers: bash splits words at `=` and `:`, and the
// script joins what it has to know of them again.

import Framing

struct BashCompletion {
    let program: Program
    let names: [ValueKind: [String]]

    var text: String {
        let paths = (program.allCommands.map(\.fullName) + program.topics.map(\.path)).map(\.shellQuoted)
            .joined(separator: " | ")
        let topics = program.topics.filter { !$0.next.isEmpty }.map { path, next in
            "        \(path.shellQuoted)) \(offer(next.map(\.name))) ;;"
        }
        let top = program.commands.map(\.name) + ["--help", "--version"]
        return """
            # Completes \(program.name) in bash: source this file, or install it as
            # /usr/share/bash-completion/completions/\(program.name).

            _\(program.name)_offer() {
                mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
            }

            _\(program.name)_files() {
                mapfile -t COMPREPLY < <(compgen -f -- "$cur")
                compopt -o filenames 2>/dev/null
            }

            # What is offered comes from others, and is not to be expanded.
            _\(program.name)_choose() {
                local word
                while IFS= read -r word; do
                    [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
                done
            }

            # Words are split at the @, which is replaced with what follows it all the same.
            _\(program.name)_after_at() {
                [[ $at || $cur == @* ]] || return
                cur=${cur#@}
                _\(program.name)_files
                COMPREPLY=("${COMPREPLY[@]/#/@}")
            }

            _\(program.name)_framings() {
                _\(program.name)_offer \((Framing.names + Candidates.openFramings).joined(separator: " ").shellQuoted)
                [[ ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
            }

            _\(program.name)_pids() {
                local paths=(/proc/[0-9]*)
                _\(program.name)_offer "${paths[*]##*/}"
            }

            _\(program.name)_processes() {
                _\(program.name)_choose < <(cat /proc/[0-9]*/comm 2>/dev/null | sort -u)
            }

            _\(program.name)_users() {
                mapfile -t COMPREPLY < <(compgen -u -- "$cur")
            }

            _\(program.name)_namespaces() {
                if [[ $cur == */* ]]; then
                    _\(program.name)_files
                else
                    _\(program.name)_choose < <(ls /run/netns 2>/dev/null)
                fi
            }

            _\(program.name)_interfaces() {
                local paths=(/sys/class/net/*)
                _\(program.name)_offer "${paths[*]##*/}"
            }

            _\(program.name)_endpoints() {
                if [[ ${COMP_WORDS[COMP_CWORD - 1]} == : && ${COMP_WORDS[COMP_CWORD - 2]} == unix ]]; then
                    _\(program.name)_files
                else
                    mapfile -t COMPREPLY < <(compgen -A hostname -W unix: -- "$cur")
                    [[ ${COMPREPLY[0]} == unix: ]] && compopt -o nospace 2>/dev/null
                fi
            }

            _\(program.name)() {
                local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command= next i at=
                COMPREPLY=()
                if [[ $cur == = ]]; then
                    cur=
                elif [[ $option == = || $option == @ || $option == =@ ]]; then
                    at=${option#=}
                    option=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    next="${command:+$command }${COMP_WORDS[i]}"
                    case $next in
                        \(paths)) command=$next ;;
                        *) break ;;
                    esac
                done
                # After -- there are only operands.
                for ((i = 1; i < COMP_CWORD; i++)); do
                    [[ ${COMP_WORDS[i]} == -- ]] && option= && [[ $cur == -* ]] && return
                done
                case $command in
                    '') _\(program.name)_offer \(top.joined(separator: " ").shellQuoted) ;;
            \((program.allCommands.map(section) + topics).joined(separator: "\n"))
                esac
            }

            complete -F _\(program.name) \(program.name)

            """
    }

    /// The branch of one command.
    private func section(of command: CommandSpec) -> String {
        let options = command.options.map(\.label).joined(separator: " ").shellQuoted
        let operand = command.operands.first.map { action(for: $0.kind) } ?? ":"
        return """
                    \(command.fullName.shellQuoted))
            \(values(of: command))            if [[ $cur == -* ]]; then
                            _\(program.name)_offer \(options)
                        else
                            \(command.subcommands.isEmpty ? operand : offer(command.subcommands.map(\.name)))
                        fi
                        ;;
            """
    }

    /// What follows an option that takes a value: for each source of values, the options that draw on it.
    private func values(of command: CommandSpec) -> String {
        let options = command.options.filter { !$0.isFlag }
        guard !options.isEmpty else { return "" }
        let labels = Dictionary(grouping: options) { action(for: $0.kind) }.mapValues { options in
            options.flatMap { [$0.shortLabel, $0.label].compactMap(\.self) }.joined(separator: " | ")
        }
        let branches = labels.sorted { $0.value < $1.value }.map { action, labels in
            "                \(labels)) \(action == ":" ? "" : action + "; ")return ;;\n"
        }
        return "            case $option in\n\(branches.joined())            esac\n"
    }

    private func action(for kind: ValueKind) -> String {
        switch Candidates(for: kind, in: program, names: names) {
        case .nothing: ":"
        case .files: "_\(program.name)_files"
        case .programs: "mapfile -t COMPREPLY < <(compgen -c -- \"$cur\")"
        case .filesAfterAt: "_\(program.name)_after_at"
        case .framings: "_\(program.name)_framings"
        case .processIDs: "_\(program.name)_pids"
        case .users: "_\(program.name)_users"
        case .networkNamespaces: "_\(program.name)_namespaces"
        case .processNames: "_\(program.name)_processes"
        case .interfaces: "_\(program.name)_interfaces"
        case .endpoints: "_\(program.name)_endpoints"
        case .words(let words): offer(words)
        }
    }

    private func offer(_ words: [String]) -> String {
        "_\(program.name)_offer \(words.joined(separator: " ").shellQuoted)"
    }
}
