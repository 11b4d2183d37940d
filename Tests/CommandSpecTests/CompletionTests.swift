// The completions, as the shells themselves carry them out.

import Testing

@testable import CommandSpec

private let names: [ValueKind: [String]] = [
    .socketOption: ["SO_RCVBUF", "SO_REUSEADDR", "TCP_NODELAY"], .readableOption: ["SO_ERROR", "TCP_INFO"],
    .addressFlags: ["AI_ALL", "AI_CANONNAME"],
]

/// A line, and everything that has to be offered at its end.
private let offers: [(line: String, expected: [String])] = [
    ("sockctl li", ["listen"]),
    ("sockctl resolve getprot", ["getprotobyname"]),
    ("sockctl resolve getaddrinfo --family ", ["AF_INET", "AF_INET6"]),
    ("sockctl resolve getaddrinfo --flags AI_C", ["AI_CANONNAME"]),
    ("sockctl resolve inet_aton --s", ["--strict"]),
    ("sockctl c", ["completions", "connect"]),
    ("sockctl listen --ti", ["--timeout"]),
    ("sockctl send --no", ["--no-reply"]),
    ("sockctl listen --keep-open --no-h", ["--no-half-close"]),
    ("sockctl listen --option SO_R", ["SO_RCVBUF", "SO_REUSEADDR"]),
    ("sockctl listen --option=TCP", ["TCP_NODELAY"]),
    ("sockctl listen --option=", ["SO_RCVBUF", "SO_REUSEADDR", "TCP_NODELAY"]),
    ("sockctl listen -o TCP", ["TCP_NODELAY"]),
    ("sockctl connect -I l", ["lo"]),
    ("sockctl info gets", ["getsockname", "getsockopt"]),
    ("sockctl info --new ud", ["udp", "udp6"]),
    ("sockctl info getsockopt TCP", ["TCP_INFO"]),
    ("sockctl info setsockopt TCP", ["TCP_NODELAY"]),
    ("sockctl info getsockname un", ["unix:"]),
    ("sockctl completions ", ["bash", "fish", "zsh"]),
    ("sockctl help co", ["completions", "connect"]),
    ("sockctl help listen ", []), ("sockctl help resolve getprot", ["getprotobyname"]),
    ("sockctl send --file /proc/self/mounti", ["/proc/self/mountinfo"]),
    ("sockctl connect un", ["unix:"]),
    ("sockctl listen --timeout ", []),
]

private let nestedOffers: [(line: String, expected: [String])] = [
    ("sockctl udp ", ["recv", "send"]),
    ("sockctl udp send --o", ["--output"]),
    ("sockctl udp recv --o", []),
    ("sockctl udp send --cut u32", ["u32be", "u32le"]),
    ("sockctl udp recv --interface l", ["lo"]),
    ("sockctl udp send --s", []),
    ("sockctl broadcast send --s", ["--stats"]),
    ("sockctl info op", ["options"]), ("sockctl help udp ", ["recv", "send"]),
    ("sockctl info options --j", ["--json"]),
]

private let cases =
    offers.map { (Program.sockctl, $0.line, $0.expected) }
    + nestedOffers.map { (Program.nested, $0.line, $0.expected) }

@Suite struct CompletionTests {
    @Test(arguments: cases)
    func bash(program: Program, line: String, expected: [String]) throws {
        let directory = try ScratchDirectory()
        let script = try directory.write(program.completions(for: .bash, names: names), to: "sockctl.bash")
        // As readline does, words are also split at '='.
        let test = """
            source "$1"; shift
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _sockctl
            ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
            """
        let spaced = line.replacing("=", with: line.hasSuffix("=") ? " =" : " = ")
        let words = spaced.split(separator: " ", omittingEmptySubsequences: false)
        let output = try Tool.output(
            of: "bash", ["--norc", "-c", test, "bash", script] + words.map(String.init))
        #expect(output.split(separator: "\n").map(String.init).sorted() == expected)
    }

    @Test(arguments: cases)
    func fish(program: Program, line: String, expected: [String]) throws {
        let directory = try ScratchDirectory()
        let script = try directory.write(program.completions(for: .fish, names: names), to: "sockctl.fish")
        let output = try Tool.output(
            of: "fish", ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line])
        // fish repeats the option before a value that is attached, and offers a description after a tab.
        let offered = output.split(separator: "\n").map { offer in
            let text = offer.prefix { $0 != "\t" }
            return text.hasPrefix("--option=") ? String(text.dropFirst("--option=".count)) : String(text)
        }
        #expect(offered.sorted() == expected)
    }

    @Test(arguments: cases)
    func zsh(program: Program, line: String, expected: [String]) throws {
        let directory = try ScratchDirectory()
        _ = try directory.write(program.completions(for: .zsh, names: names), to: "_sockctl")
        let capture = try directory.write(Self.capture, to: "capture.zsh")
        let output = try Tool.output(of: "zsh", ["-f", capture, directory.path, line])
        // zsh offers only the last component of a path.
        let offered = output.split(separator: "\n").map {
            $0 == "mountinfo" ? "/proc/self/mountinfo" : String($0)
        }
        #expect(offered == expected)
    }

    /// An error would stand in the middle of what is being typed.
    @Test func zshTakesEveryOperandAndValue() throws {
        let directory = try ScratchDirectory()
        _ = try directory.write(Program.sockctl.completions(for: .zsh, names: names), to: "_sockctl")
        let capture = try directory.write(Self.capture, to: "capture.zsh")
        let lines = Program.sockctl.allCommands.filter { !$0.operands.isEmpty }.map {
            "sockctl \($0.fullName) no-such-value"
        }
        // An option means the same wherever it stands.
        var options: [String: String] = [:]
        for command in Program.sockctl.allCommands {
            for option in command.options where !option.isFlag {
                options[option.label] = "sockctl \(command.fullName) \(option.label) no-such-value"
            }
        }
        let values = options.values.sorted()
        #expect(try Tool.output(of: "zsh", ["-f", capture, directory.path] + lines + values) == "")
    }

    /// Types each line into an interactive zsh whose `compadd` notes what it is given, and errors with it.
    private static let capture = #"""
        zmodload zsh/zpty
        hits=$1/hits
        export HITS=$hits
        zpty shell zsh -f -i
        zpty -w shell "stty -echo; PROMPT=; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D"
        zpty -w shell '
        note() {
            compadd() {
                [[ " ${@[1,(i)(-|--)]} " == *\ -(O|A|D)\ * ]] || {
                    local -a found
                    builtin compadd -A found "$@"
                    (( $#found )) && print -rl -- $found >> $HITS
                }
                builtin compadd "$@"
            }
            _main_complete 2>> $HITS
            unfunction compadd
            compstate[insert]= compstate[list]=
        }
        finish() { BUFFER=; print END >> $HITS }
        zle -C note complete-word note; bindkey "^I" note; zle -N finish; bindkey "^X" finish'
        integer count
        for line in "$@[2,-1]"; do
            zpty -w -n shell "$line"$'\t\x18'
            ((++count))
            repeat 1000; do [[ -e $hits && $(grep -cx END $hits) == $count ]] && break; sleep 0.02; done
        done
        zpty -d shell
        grep -vx END $hits | LC_ALL=C sort -u
        """#

    @Test func zshTakesTheScriptFromAPipe() throws {
        let directory = try ScratchDirectory()
        let script = try directory.write(Program.sockctl.completions(for: .zsh, names: names), to: "script")
        let line = "autoload -Uz compinit; compinit -u -D; source $1; print $_comps[sockctl]"
        #expect(try Tool.output(of: "zsh", ["-f", "-c", line, "zsh", script]) == "_sockctl\n")
    }
}
