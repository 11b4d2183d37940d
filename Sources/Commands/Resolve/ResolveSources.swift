// `resolve --sources`: what libc reads before it asks for a name, and who asks each source.

import CommandSpec
import Sockets

struct ResolveSources: Answering {
    static let function = ResolveCommand.function

    private let family: AddressFamily?
    private let files: NameServiceFiles?

    init(_ arguments: Arguments, _ settings: Settings) {
        family = settings.family
        files = settings.nameServiceFiles
    }

    func ask(
        _ query: String, _ context: Context, timeout: Duration,
        _ body: @escaping (Result<SourcesAnswer, Failure>) -> Void
    ) throws(Failure) -> Result<SourcesAnswer, Failure>? {
        let subject = try subject(query)
        let (configuration, file) = try hosts(query)
        let inquiry = SourceInquiry(
            context, query, subject, configuration, configurationFile: file, files, timeout: timeout, body)
        try inquiry.begin()
        return nil
    }

    private func subject(_ query: String) throws(Failure) -> NameQuestion.Subject {
        if let address = AnyIPAddress(query) {
            guard family == nil || family == address.family else {
                throw Failure(
                    Self.function, query, words: "it is not an address of that family", status: .resolution)
            }
            return .address(address)
        }
        if let address = IPv4Address(aton: query) {
            throw Failure(
                Self.function, query, words: "no source is asked for an address in a classic form",
                status: .resolution, hint: "write \(address) to ask for its names")
        }
        return .name(query, family: family)
    }

    /// What libc asks for hosts, and the file that says so; no file if that is what is built in.
    private func hosts(_ query: String) throws(Failure) -> (NameServiceSwitch, file: String?) {
        let file = LookUpFile("nsswitch.conf", files)
        do throws(NameServiceSwitch.Malformed) {
            guard let hosts = try NameServiceSwitch.hosts(in: file.bytes) else { return (.standard, nil) }
            return (hosts, file.path)
        } catch {
            throw Failure(
                Self.function, query,
                words: "\(file.path) has a malformed line for hosts: libc looks nothing up",
                status: .resolution, hint: "a line is written 'hosts: files [NOTFOUND=return] dns'")
        }
    }
}
