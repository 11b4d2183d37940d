// A connection that a peer opened.

struct Accepted: Event {
    let connection: ConnectionIdentity
    /// What a proxy said of it.
    var header: ProxyHeader?

    static let isRecorded = true

    static let shape = Shape(event: "accepted", when: "A connection that a peer opened was accepted.")

    static func list(_ fields: inout some Fields<Accepted>) {
        fields.addresses { $0.connection }
        fields.add(
            "proxy",
            optional: """
                Who passed it on, `getpeername(2)`; with `--accept-proxy`, where `peer` and `local` are what the PROXY header \
                says.
                """
        ) { $0.connection.detour?.proxy }
        fields.add("proxy_protocol", optional: "The version of the PROXY header.") { $0.header?.version }
        fields.add("proxy_local", optional: "Whether the header says that the connection is the proxy's own.")
        {
            $0.header?.isLocal == true ? true : nil
        }
        fields.add("tlvs", optional: "What more a header of version 2 says.") { $0.header?.tlvs.nonEmpty }
    }

    func say(in text: TextReporter) {
        text.say("accepted", .good, " \(connection.title)\(passage)", from: .verbose)
    }

    private var passage: String {
        let proxy = connection.detour?.proxy.map { " through \($0)" } ?? ""
        return proxy + (header.map { " (\($0.details))" } ?? "")
    }
}
