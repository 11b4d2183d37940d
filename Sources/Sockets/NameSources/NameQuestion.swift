// What a child asks libc: of one source alone, which __nss_configure_lookup(3) sets for good, or of all of them.

import CLinux
import Glibc

package struct NameQuestion: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case name(String, family: AddressFamily?)
        case address(AnyIPAddress)
    }

    package let subject: Subject
    /// The only source; nil for those of nsswitch.conf.
    package let source: String?
    /// Files that take the place of those in `/etc`.
    package let files: NameServiceFiles?

    package init(_ subject: Subject, source: String?, files: NameServiceFiles?) {
        (self.subject, self.source, self.files) = (subject, source, files)
    }

    /// Has a child ask.
    package func ask() throws(Errno) -> ForkedCall {
        try ForkedCall { output in
            func say(_ line: NameReport.Line) { try? output.writeAll(Array((line.text + "\n").utf8)) }
            if let files {
                do throws(Errno) { try files.mountForAll() } catch { say(.unused(error)) }
            }
            if let source, !Self.configure(source) { return }
            // What is paid once, for the pages that a child does not share, is not the source's.
            _ = Self.addresses(of: "127.0.0.1", nil, .numericHost)
            switch subject {
            case .name(let name, let family): ask(name, family, say)
            case .address(let address): ask(address, say)
            }
        }
    }

    private static func configure(_ line: String) -> Bool {
        unsafe __nss_configure_lookup("hosts", line) == 0
    }

    private func ask(_ name: String, _ family: AddressFamily?, _ say: (NameReport.Line) -> Void) {
        let start = Instant.now
        let first = Self.addresses(of: name, family, .canonicalName)
        say(.addresses(first, Instant.now - start))
        guard let source else {
            // What else there is to be said of the same name, by the same sources.
            guard case .found = first else { return }
            say(.configured(Self.addresses(of: name, family, AddressInfo.Flags(rawValue: AI_ADDRCONFIG))))
            for one in [AddressFamily.inet, .inet6] where family == nil || family == one {
                say(.host(one, (try? HostEntry(named: name, family: one).addresses) ?? []))
            }
            return
        }
        guard case .failed(let error) = first else { return say(.status(.success)) }
        let question = { HostEntry.reply(named: name, family: family ?? .inet) }
        switch error {
        case .noSuchName, .noAddressOfFamily, .addressOfOtherFamily:
            tell(question().isAnswered ? .notFound : .unavailable, of: source, say)
        case .temporaryFailure, .system, .noSuchService, .notConverted, .other:
            tell(Self.failing(source, question), of: source, say)
        }
    }

    private func ask(_ address: AnyIPAddress, _ say: (NameReport.Line) -> Void) {
        let start = Instant.now
        let reply = HostEntry.reply(address: address)
        let time = Instant.now - start
        if let host = reply.host {
            say(.names(host.name, host.aliases, time))
        } else {
            say(.addresses(.nameless(reply.error), time))
        }
        guard let source else { return }
        if reply.host != nil { return say(.status(.success)) }
        let status =
            reply.isAnswered ? .notFound : Self.failing(source) { HostEntry.reply(address: address) }
        tell(status, of: source, say)
    }

    private func tell(_ status: NameServiceStatus, of source: String, _ say: (NameReport.Line) -> Void) {
        say(.status(status))
        if status == .unavailable, !Self.isInstalled(source) { say(.notInstalled) }
    }

    private static func addresses(
        of name: String, _ family: AddressFamily?, _ flags: AddressInfo.Flags
    ) -> NameReport.Outcome {
        do throws(ResolutionError) {
            let answers = try AddressInfo.lookUp(
                host: name, service: nil, family: family, type: .stream, flags: flags)
            return .found(answers.compactMap(\.address.host), name: answers.first?.canonicalName)
        } catch {
            return .failed(error)
        }
    }

    /// Which failure it was, where libc does not tell them apart: it asks once more, and `files` after the source only if
    /// that does not work now. `files` knows the host, or says that there is none.
    private static func failing(_ source: String, _ ask: () -> HostEntry.Reply) -> NameServiceStatus {
        let line = "\(source) [NOTFOUND=return UNAVAIL=return TRYAGAIN=continue] files"
        guard configure(line) else { return .unavailable }
        let reply = ask()
        guard reply.isAnswered else { return .unavailable }
        // The source itself may say that there is no such host because no server could be asked.
        return reply.host == nil && reply.error == .tryAgain ? .notFound : .tryAgain
    }

    /// Whether there is a module for a source: `dlopen(3)`.
    private static func isInstalled(_ source: String) -> Bool {
        if ["files", "dns"].contains(source) { return true }
        return unsafe dlopen("libnss_\(source).so.2", RTLD_LAZY) != nil
    }
}
