// The options of `info destroy`.

extension Options {
    package static let yes = Option(
        flag: "yes", group: .ending,
        help: "close also if more than one matches",
        manual: "Close the sockets also if more than one matches. Otherwise nothing is closed then.")

    package static let dryRun = Option(
        flag: "dry-run", group: .ending,
        help: "show what would be closed, close nothing",
        manual: "Show what would be closed, and close nothing. This needs no privilege.")

    /// Those of which one has to be given, so that what is closed was meant.
    package static let closable: [any OptionDefinition] = [
        port, local, peer, pid, process, inode, cookie,
    ]
}
