// What the source `dns` works with, in the answer of `resolve --sources`: resolv.conf(5), the environment, and the names
// that are tried.

import Sockets

struct ResolverReport: Shaped {
    let configuration: ResolverConfiguration
    /// Nil if there is none.
    let file: String?
    /// Variables that are set and change it.
    let variables: [String]
    let names: [String]

    init(_ subject: NameQuestion.Subject, _ files: NameServiceFiles?) {
        let file = LookUpFile("resolv.conf", files)
        let (domains, options) = (trustedEnvironment("LOCALDOMAIN"), trustedEnvironment("RES_OPTIONS"))
        let configuration = ResolverConfiguration(
            parsing: file.bytes, localDomain: domains, options: options, host: (try? HostName.current()) ?? ""
        )
        self.configuration = configuration
        self.file = file.isThere ? file.path : nil
        // The last one names a file with other names for those without a dot.
        variables = ["LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES"].filter { trustedEnvironment($0) != nil }
        names =
            switch subject {
            case .name(let name, _): configuration.names(for: InternationalName.ascii(name) ?? name)
            case .address(let address): [ResolverConfiguration.name(for: address)]
            }
    }

    /// The options as resolv.conf has them.
    var options: String {
        (["ndots:\(configuration.dots)", "timeout:\(configuration.timeout.components.seconds)"]
            + ["attempts:\(configuration.attempts)"] + configuration.options).joined(separator: " ")
    }

    static let unknown = ["TTL", "server"]

    static let shape = Shape(
        "resolver", "What the source `dns` works with. Nothing here was asked of a server.")

    static func list(_ fields: inout some Fields<ResolverReport>) {
        fields.add("file", optional: "The file that is read; absent if there is none.") { $0.file }
        fields.add("variables", "The variables of the environment that change it, if they are set.") {
            $0.variables
        }
        fields.add("servers", "The servers, in the order in which they are asked.") {
            $0.configuration.servers.map { AddressReport($0) }
        }
        fields.add("search", "The domains that are appended.") { $0.configuration.search }
        fields.add("ndots", "A name with fewer dots is tried with the domains first.") {
            $0.configuration.dots
        }
        fields.add("timeout_us", "How long a server is waited for, the first time.") {
            $0.configuration.timeout
        }
        fields.add("rounds", "How often all servers are asked.") { $0.configuration.attempts }
        fields.add("flags", "The other options, such as `rotate`.") { $0.configuration.options }
        fields.add("names", "The names that are tried, one after the other until one is found.") { $0.names }
        fields.add("unknown", "What libc does not tell, and is not known here.") { _ in unknown }
    }
}
