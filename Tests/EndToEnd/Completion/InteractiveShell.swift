// A shell at which somebody sits: in a real terminal emulator, in namespaces of its own with nothing but loopback, with
// the completions as they are installed.

import Foundation
import Glibc
import Testing

enum ShellKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case bash
    /// With the package bash-completion, which changes how words are cut.
    case bashWithPackage = "bash with bash-completion"
    case zsh, fish

    var testDescription: String { rawValue }

    func require() throws {
        switch self {
        case .bash: _ = try Tool.bash.require()
        case .bashWithPackage: try Need.file(Self.package).require()
        case .zsh: _ = try Tool.zsh.require()
        case .fish: _ = try Tool.fish.require()
        }
    }

    private static let package = "/usr/share/bash-completion/bash_completion"

    /// How often TAB is pressed for a list, also where something is put in before.
    fileprivate var tabsForList: Int {
        switch self {
        case .bash, .bashWithPackage: 3
        case .zsh: 2
        case .fish: 1
        }
    }

    /// Makes its start-up file, and becomes it.
    fileprivate var script: String {
        switch self {
        case .bash: Self.bash("")
        case .bashWithPackage: Self.bash("source \(Self.package)\n")
        case .zsh:
            """
            mkdir functions && sockctl completions zsh > functions/_sockctl
            echo 'fpath=(~/functions $fpath) PS1="$ " LISTMAX=0; autoload -Uz compinit; compinit -u -D' > .zshrc
            exec zsh -i -o no_global_rcs
            """
        case .fish:
            """
            mkdir -p .config/fish/completions && sockctl completions fish > .config/fish/completions/sockctl.fish
            echo 'function fish_prompt; echo "\\$ "; end
            set -g fish_greeting; set -g fish_autosuggestion_enabled 0' > .config/fish/config.fish
            exec fish -i
            """
        }
    }

    private static func bash(_ package: String) -> String {
        """
        echo 'PS1="\\$ "; \(package)source <(sockctl completions bash)' > rc
        exec bash --noprofile --rcfile rc -i
        """
    }
}

struct InteractiveShell {
    let kind: ShellKind
    private let tmux: Tmux
    private static let prompt = "$ "

    /// What the machine has that it completes on: a service of TCP and a Unix socket with `sockctl` behind them, hosts,
    /// a process, a namespace.
    private static let surroundings = """
        mount -t proc proc /proc && mount -t tmpfs tmpfs /run && ip link set lo up || exit 1
        export HOME=$PWD PATH=$PWD/bin:$PATH:/usr/sbin:/sbin LC_ALL=C.UTF-8 HISTFILE=
        mkdir -p bin .ssh /run/netns folder
        touch /run/netns/blue folder/file 'a file' empty
        ln -s "$SOCKCTL" bin/sockctl
        echo 'tower.test,192.0.2.5 ssh-ed25519 AAAA' > .ssh/known_hosts
        printf '127.0.0.1 localhost\\n192.0.2.9 gateway.test\\n' > hosts && mount --bind hosts /etc/hosts
        printf 'demo 7007/tcp\\nhttps 443/tcp\\ndomain 53/udp\\n' > services && mount --bind services /etc/services
        cp "$(command -v sleep)" bin/zzz-waiter && zzz-waiter 1000 &
        sockctl listen -k --discard 127.0.0.1:7007 2> tcp.log &
        sockctl listen -k --discard unix:@hall 2> unix.log &
        until grep -q listening tcp.log && grep -q listening unix.log; do sleep 0.02; done 2> /dev/null

        """

    init(_ kind: ShellKind, _ scene: Scene) throws {
        try kind.require()
        try Need.namespaces.require()
        self.kind = kind
        let script = try scene.file("enter", Data((Self.surroundings + kind.script).utf8))
        tmux = try Tmux(
            scene, "exec unshare -Urnm --fork --pid --kill-child /bin/sh \(script)", columns: 100, rows: 50)
        try wait { $0 == "" }
    }

    /// The line that is being edited.
    private func line(of screen: [Substring]) -> String? {
        screen.last { $0.hasPrefix(Self.prompt) || $0 == "$" }.map { String($0.dropFirst(2)) }
    }

    @discardableResult
    private func wait(_ condition: (String) -> Bool) throws -> [Substring] {
        var screen: [Substring] = []
        do {
            try poll(for: "the line", within: 8) {
                screen = try tmux("capture-pane", "-p").split(separator: "\n")
                return line(of: screen).map(condition) ?? false
            }
        } catch {
            throw Unexpected(
                "\(kind.rawValue): the line is '\(line(of: screen) ?? "")'\n" + screen.joined(separator: "\n")
            )
        }
        return screen
    }

    /// Types a text, TAB, and `X`, which shows whether there is a space. Waits until the line is what it should be.
    func complete(_ text: String, to expected: String) throws {
        try tmux("send-keys", "-l", text)
        try tmux("send-keys", "Tab", "X")
        try wait { $0 == expected + "X" }
        try clear()
    }

    /// Types a text, and TAB as often as the shell takes to show a list, and waits until all of the words are there.
    func list(_ text: String, _ words: [String], without others: [String]) throws {
        try tmux("send-keys", "-l", text)
        for _ in 0..<kind.tabsForList { try tmux("send-keys", "Tab") }
        var shown = ""
        do {
            try poll(for: "a list", within: 8) {
                let screen = try tmux("capture-pane", "-p").split(separator: "\n")
                shown = screen.filter { !$0.hasPrefix(Self.prompt) }.joined(separator: "\n")
                return words.allSatisfy(shown.contains)
            }
        } catch {
            throw Unexpected("\(kind.rawValue): with '\(text)' there is\n\(shown)")
        }
        for other in others { #expect(!shown.contains(other), "\(kind.rawValue): \(text): \(other)") }
        try clear()
    }

    private func clear() throws {
        try tmux("send-keys", "C-u", "C-l")
        try wait { $0 == "" }
    }
}
