// The completion script of fish: one `complete` for each option of each command.

import Framing

struct FishCompletion {
    let program: Program
    let names: [ValueKind: [String]]

    var text: String {
        let paths = (program.allCommands.map(\.fullName) + program.topics.map(\.path)).map(quoted)
            .joined(separator: " ")
        return """
            # Completes \(program.name) in fish: install it as ~/.config/fish/completions/\(program.name).fish.

            # The command on the line: empty, or "listen".
            function __\(program.name)_command
                set -l path
                for word in (commandline -opc)[2..]
                    set -l next (string join -- ' ' $path $word)
                    contains -- $next \(paths); or break
                    set path $next
                end
                echo $path
            end

            function __\(program.name)_in
                test "$(__\(program.name)_command)" = "$argv"
            end

            function __\(program.name)_interfaces
                path basename /sys/class/net/*
            end

            function __\(program.name)_namespaces
                set -l paths /run/netns/*
                test (count $paths) -gt 0; and path basename $paths
            end

            function __\(program.name)_after_at
                set -l word (commandline -ct)
                if string match -q '@*' -- $word
                    set -l path (string sub -s 2 -- $word)
                    set -l paths $path*
                    printf '@%s\\n' $paths
                end
            end

            function __\(program.name)_processes
                cat (string match -r '^/proc/[0-9]+/comm' -- /proc/*/comm) 2>/dev/null | sort -u
            end

            function __\(program.name)_endpoints
                # Those of this machine are left out there.
                echo localhost
                __fish_print_hostnames
                set -l word (commandline -ct)
                if string match -q 'unix:*' -- $word
                    set -l path (string replace unix: '' -- $word)
                    set -l paths $path*
                    printf 'unix:%s\\n' $paths
                else
                    echo unix:
                end
            end

            complete -c \(program.name) -f
            \(lines.joined(separator: "\n"))

            """
    }

    private var lines: [String] {
        var lines = commands(program.commands, under: "")
        lines.append(complete("", "-l help -s h -d 'show help'"))
        lines.append(complete("", "-l version -d 'show the version'"))
        for (path, next) in program.topics { lines += commands(next, under: path) }
        for command in program.allCommands {
            lines += commands(command.subcommands, under: command.fullName)
            lines += command.options.map { complete(command.fullName, arguments(for: $0)) }
            if command.subcommands.isEmpty, let operand = command.operands.first {
                let values = arguments(for: operand.kind)
                if !values.isEmpty { lines.append(complete(command.fullName, values)) }
            }
        }
        return lines
    }

    private func commands(_ commands: [CommandSpec], under parent: String) -> [String] {
        commands.map { complete(parent, "-a \($0.name) -d \(quoted($0.summary))") }
    }

    private func complete(_ command: String, _ arguments: String) -> String {
        "complete -c \(program.name) -n \(quoted("__\(program.name)_in \(command)")) \(arguments)"
    }

    private func arguments(for option: OptionSpec) -> String {
        let short = option.short.map { " -s \($0)" } ?? ""
        let takesFiles = option.kind == .file || option.kind == .unixSocket
        let values = option.isFlag ? "" : takesFiles ? " -r -F" : " -x"
        let candidates = option.isFlag ? "" : arguments(for: option.kind)
        return "-l \(option.long)\(short)\(values) -d \(quoted(option.help))"
            + (candidates.isEmpty ? "" : " \(candidates)")
    }

    private func arguments(for kind: ValueKind) -> String {
        switch Candidates(for: kind, in: program, names: names) {
        case .nothing, .files: ""
        case .programs: "-a \(quoted("(__fish_complete_command)"))"
        case .filesAfterAt: "-a \(quoted("(__\(program.name)_after_at)"))"
        case .framings: offer(Framing.names + Candidates.openFramings)
        case .processIDs: "-a '(__fish_complete_pids)'"
        case .users: "-a '(__fish_complete_users)'"
        case .networkNamespaces: "-a \(quoted("(__\(program.name)_namespaces)"))"
        case .processNames: "-a \(quoted("(__\(program.name)_processes)"))"
        case .interfaces: "-a \(quoted("(__\(program.name)_interfaces)"))"
        case .endpoints: "-a \(quoted("(__\(program.name)_endpoints)"))"
        case .words(let words): offer(words)
        }
    }

    private func offer(_ words: [String]) -> String { "-a \(quoted(words.joined(separator: " ")))" }

    private func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
