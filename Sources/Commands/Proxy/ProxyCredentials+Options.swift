// Where the user and the password for a proxy come from: a file, the environment, or the URL, which every user of this host can
// see in the list of processes.

import CommandSpec
import Framing
import Sockets

extension ProxyCredentials {
    static let variable = "SOCKCTL_PROXY_AUTH"

    /// `USER:PASSWORD`, as far as the first line goes.
    /// - Parameter source: what holds it, for a message; the text itself is never shown.
    init(_ bytes: some Collection<UInt8>, from source: String) throws(Failure) {
        let line = bytes.prefix { $0 != .lineFeed && $0 != .carriageReturn }
        let parts = line.split(
            separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Failure("read", source, words: "its first line is not USER:PASSWORD", status: .usage)
        }
        self.init(user: Array(parts[0]), password: Array(parts[1]))
    }

    /// RFC 1929 has a byte for the length of each.
    fileprivate var fitsSOCKS: Bool { (1...255).contains(user.count) && password.count <= 255 }
}

extension Context {
    /// With what user and password a proxy is asked; nil for none.
    func credentials(for proxy: Proxy, _ arguments: Arguments) throws(Failure) -> ProxyCredentials? {
        let given = try givenCredentials(for: proxy, arguments)
        if let given, proxy.kind == .socks5, !given.fitsSOCKS {
            throw .via("SOCKS5 takes a user of 1 to 255 bytes and a password of at most 255")
        }
        return given
    }

    private func givenCredentials(
        for proxy: Proxy, _ arguments: Arguments
    ) throws(Failure) -> ProxyCredentials? {
        if let word = arguments[Options.viaAuth] {
            guard proxy.credentials == nil else {
                throw .via("user and password stand in it, and --via-auth gives them, too")
            }
            return try credentials(inFile: word)
        }
        if let credentials = proxy.credentials {
            reporter.notice(
                "other users can see the password of --via in the list of processes: --via-auth @FILE keeps it from them"
            )
            return credentials
        }
        guard let text = trustedEnvironment(ProxyCredentials.variable), !text.isEmpty else { return nil }
        return try ProxyCredentials(text.utf8, from: ProxyCredentials.variable)
    }

    private func credentials(inFile word: Word) throws(Failure) -> ProxyCredentials {
        guard let file = word.afterAt else {
            throw Failure(
                "option", "--via-auth", words: "other users could see a password that stands here",
                status: .usage, hint: "write it to a file, as USER:PASSWORD, and name that: --via-auth @FILE")
        }
        if KeyFile.isReadableByOthers(file.text) {
            reporter.notice(
                "\(file.text): other users may read this password ('chmod 600' keeps it to its owner)")
        }
        let bytes = try contents(ofFile: file, atMost: 4096) { name in
            Failure("read", name, words: "longer than a user and a password", status: .malformed)
        }
        return try ProxyCredentials(bytes, from: file.isStandardInput ? "stdin" : file.text)
    }
}
