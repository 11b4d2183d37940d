// The completion function of zsh: a function for each command, which hands its options and operands to
// _arguments.

import Framing

struct ZshCompletion {
    let program: Program
    let names: [ValueKind: [String]]

    var text: String {
        """
        #compdef \(program.name)

        # Completes \(program.name) in zsh: install it as _\(program.name) in a directory of $fpath.

        _\(program.name)_interfaces() {
            local -a interfaces=(/sys/class/net/*(N:t))
            compadd -a interfaces
        }

        _\(program.name)_namespaces() {
            local -a names=(/run/netns/*(N:t))
            compadd -a names
            [[ $PREFIX == */* ]] && _files
        }

        _\(program.name)_after_at() {
            compset -P @ && _files
        }

        _\(program.name)_framings() {
            compadd \(Framing.names.joined(separator: " "))
            compadd -S '' \(Candidates.openFramings.joined(separator: " "))
        }

        _\(program.name)_pids() {
            local -a pids=(/proc/<->(N:t))
            compadd -a pids
        }

        _\(program.name)_processes() {
            local -a names=(${(fu)"$(cat /proc/<->/comm(N) 2>/dev/null)"})
            compadd -a names
        }

        _\(program.name)_endpoints() {
            if compset -P unix:; then
                _files
            else
                compadd -S '' unix:
                _hosts
            fi
        }

        _\(program.name)_topics() {
            case "help ${words[2,CURRENT-1]}" in
        \(topics.joined(separator: "\n"))
            esac
        }

        \(program.allCommands.map(function).joined(separator: "\n\n"))

        _\(program.name)() {
        \(choice(of: program.commands, specs: ["'(- *)'{-h,--help}'[show help]'", "'(- *)--version[show the version]'"]))
        }

        # Loaded by the completion system it is called for the first time; sourced, it is only registered.
        if [[ $funcstack[1] == _\(program.name) ]]; then
            _\(program.name) "$@"
        else
            compdef _\(program.name) \(program.name)
        fi

        """
    }

    private var topics: [String] {
        ([(path: "\(CommandSpec.help.name) ", next: program.commands)] + program.topics)
            .filter { !$0.next.isEmpty }
            .map { path, next in
                "    \(path.shellQuoted)) compadd \(next.map(\.name).joined(separator: " ")) ;;"
            }
    }

    private func function(for command: CommandSpec) -> String {
        let specs = command.options.flatMap(specs)
        if !command.subcommands.isEmpty {
            return """
                \(functionName(command))() {
                \(choice(of: command.subcommands, specs: specs))
                }
                """
        }
        let operand = command.operands.prefix(1).map { operand in
            "*:\(message(operand.label)):\(action(for: operand.kind))".shellQuoted
        }
        return """
            \(functionName(command))() {
                _arguments -s -S \\
                    \((specs + operand).joined(separator: Self.continuation))
            }
            """
    }

    /// The body of a function that offers commands, or goes on with the one that was given.
    private func choice(of commands: [CommandSpec], specs: [String]) -> String {
        let specs = specs + ["'1:command:->command'", "'*::argument:->argument'"]
        let names = commands.map { "            " + "\($0.name):\($0.summary)".shellQuoted }
        let cases = commands.map { "            \($0.name)) \(functionName($0)) ;;" }
        return """
                local curcontext=$curcontext state line
                local -A opt_args
                _arguments -C -S \\
                    \(specs.joined(separator: Self.continuation)) && return
                case $state in
                command)
                    local -a commands=(
            \(names.joined(separator: "\n"))
                    )
                    _describe command commands
                    ;;
                argument)
                    case $words[1] in
            \(cases.joined(separator: "\n"))
                    esac
                    ;;
                esac
            """
    }

    private static let continuation = " \\\n        "

    private func functionName(_ command: CommandSpec) -> String {
        "_\(program.name)_\(command.path.joined(separator: "_"))_command"
    }

    /// `'(-w --timeout)-w+[give up …]:DURATION: '`, and the same for the long name.
    private func specs(for option: OptionSpec) -> [String] {
        let labels = [option.shortLabel, option.label].compactMap(\.self)
        let prefix = option.repeats ? "*" : "(\(labels.joined(separator: " ")))"
        let value = option.isFlag ? "" : ":\(message(option.placeholder)):\(action(for: option.kind))"
        return labels.map { label in
            let sign = option.isFlag ? "" : label.hasPrefix("--") ? "=" : "+"
            return "\(prefix)\(label)\(sign)[\(escaped(option.help))]\(value)".shellQuoted
        }
    }

    private func action(for kind: ValueKind) -> String {
        if kind == .command { return "_\(program.name)_topics" }
        return switch Candidates(for: kind, in: program, names: names) {
        case .nothing: " "
        case .files: "_files"
        case .programs: "_command_names"
        case .filesAfterAt: "_\(program.name)_after_at"
        case .framings: "_\(program.name)_framings"
        case .processIDs: "_\(program.name)_pids"
        case .users: "_users"
        case .networkNamespaces: "_\(program.name)_namespaces"
        case .processNames: "_\(program.name)_processes"
        case .interfaces: "_\(program.name)_interfaces"
        case .endpoints: "_\(program.name)_endpoints"
        case .words(let words): "(\(words.joined(separator: " ")))"
        }
    }

    /// An explanation, between brackets.
    private func escaped(_ text: String) -> String {
        message(text.replacing("[", with: "\\[").replacing("]", with: "\\]"))
    }

    /// What stands between colons.
    private func message(_ text: String) -> String { text.replacing(":", with: "\\:") }
}
