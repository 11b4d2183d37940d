// Every file that is made from this data and kept in the repository.

extension Program {
    /// The manual pages and completions, with their paths in the repository.
    package var generatedFiles: [(path: String, contents: String)] {
        let manual = ManPage(self)
        let pages =
            [(path: "man/\(name).1", contents: manual.overview)]
            + allCommands.filter(\.hasPage).map { command in
                (path: "man/\(command.pageName).1", contents: manual.page(of: command))
            }
        return pages
            + Shell.allCases.map { shell in
                (
                    path: "completions/\(shell.fileName(for: name))",
                    contents: completions(for: shell)
                )
            }
    }

    /// The completion script of a shell.
    package func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: CompletionScript.bash(name)
        case .zsh: CompletionScript.zsh(name)
        case .fish: CompletionScript.fish(name)
        }
    }
}

extension Shell {
    /// The name under which the shell looks for the completions of a program.
    func fileName(for program: String) -> String {
        switch self {
        case .bash: "\(program).bash"
        case .zsh: "_\(program)"
        case .fish: "\(program).fish"
        }
    }
}
