// The completions, as the shells themselves carry them out.

import Foundation
import Glibc
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
    ("sockctl send --no-r", ["--no-reply"]),
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
    ("sockctl connect un", ["unix:"]), ("sockctl connect localh", ["localhost"]),
    ("sockctl listen --frame de", ["delim:"]), ("sockctl recv --frame fi", ["fixed:"]),
    ("sockctl listen --reply ", []), ("sockctl listen --reply /proc/self/mounti", []),
    ("sockctl listen --reply @/proc/self/mounti", ["@/proc/self/mountinfo"]),
    ("sockctl send --data @/proc/self/mounti", ["@/proc/self/mountinfo"]),
    ("sockctl send --http P", ["PATCH", "POST", "PUT"]),
    ("sockctl info --process no-such-", []),
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

extension Shell {
    /// What it offers at the end of the line.
    fileprivate func offers(_ program: Program, _ line: String) throws -> [String] {
        switch self {
        case .bash: try offersOfBash(program, line)
        case .fish: try offersOfFish(program, line)
        case .zsh: try offersOfZsh(program, line)
        }
    }

    private func offersOfBash(_ program: Program, _ line: String) throws -> [String] {
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
        return output.split(separator: "\n").map(String.init)
    }

    private func offersOfFish(_ program: Program, _ line: String) throws -> [String] {
        let directory = try ScratchDirectory()
        let script = try directory.write(program.completions(for: .fish, names: names), to: "sockctl.fish")
        let output = try Tool.output(
            of: "fish", ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line])
        // fish repeats the option before a value that is attached, and offers a description after a tab.
        return output.split(separator: "\n").map { offer in
            let text = offer.prefix { $0 != "\t" }
            return text.hasPrefix("--option=") ? String(text.dropFirst("--option=".count)) : String(text)
        }
    }

    private func offersOfZsh(_ program: Program, _ line: String) throws -> [String] {
        let directory = try ScratchDirectory()
        _ = try directory.write(program.completions(for: .zsh, names: names), to: "_sockctl")
        let capture = try directory.write(CompletionTests.capture, to: "capture.zsh")
        let output = try Tool.output(of: "zsh", ["-f", capture, directory.path, line])
        return output.split(separator: "\n").map(String.init)
    }
}

@Suite struct CompletionTests {
    @Test(arguments: cases)
    func bash(program: Program, line: String, expected: [String]) throws {
        #expect(try Shell.bash.offers(program, line).sorted() == expected)
    }

    @Test(arguments: cases)
    func fish(program: Program, line: String, expected: [String]) throws {
        #expect(try Shell.fish.offers(program, line).sorted() == expected)
    }

    @Test(arguments: cases)
    func zsh(program: Program, line: String, expected: [String]) throws {
        // zsh offers only the last component of a path.
        let offered = try Shell.zsh.offers(program, line).map {
            $0 == "mountinfo" ? expected.first ?? $0 : $0
        }
        #expect(offered == expected)
    }

    @Test("the processes that there are", arguments: Shell.allCases)
    func processes(of shell: Shell) throws {
        let name = try String(contentsOfFile: "/proc/self/comm", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        #expect(try shell.offers(.sockctl, "sockctl info --pid ").contains("\(getpid())"))
        #expect(try shell.offers(.sockctl, "sockctl info --process ").contains(name))
    }

    /// A word is split there, too, as readline does.
    @Test func bashSplitsAtAt() throws {
        let offered = try Shell.bash.offers(.sockctl, "sockctl listen --reply @ /proc/self/mounti")
        #expect(offered == ["@/proc/self/mountinfo"])
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
    fileprivate static let capture = #"""
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
