// What `resolve --sources` answers: what each source said, which answer libc took and why, in which order, and what
// else follows from the files that libc reads.

import CommandSpec
import Sockets

struct SourcesAnswer: QueryAnswer {
    /// What became of a child that asked.
    enum Ending {
        case complete
        /// It was ended because its time was up.
        case late
        case died(Signal)
    }

    let function = ResolveSources.function
    let query: String
    let configuration: String
    let configurationFile: String?
    let sources: [SourceAnswer]
    /// Nil if libc found nothing, or if that is not known.
    let taken: String?
    /// Whether what the sources said explains what libc said; nil if somebody has not answered.
    let isExplained: Bool?
    let name: String?
    let aliases: [String]
    let addresses: [AnyIPAddress]
    let time: Duration?
    let order: [AddressOrder]
    /// Nil for an address, or where there is nothing to compare.
    let differences: NameDifferences?
    /// Nil if DNS is none of the sources.
    let dns: ResolverReport?
    /// Why libc found nothing.
    let failure: Failure?

    init(
        _ query: String, _ subject: NameQuestion.Subject, _ configuration: NameServiceSwitch,
        configurationFile: String?, _ files: NameServiceFiles?, timeout: Duration,
        _ report: (String?) -> (NameReport, Ending)
    ) {
        self.query = query
        self.configuration = configuration.text
        self.configurationFile = configurationFile
        let reports = configuration.sources.map { report($0.name) }
        let search = NameServiceSearch(configuration.sources, reports.map(\.0.status))
        let (libc, ending) = report(nil)
        let taken = search.taken
        sources = configuration.sources.indices.map { index in
            SourceAnswer(
                configuration.sources, index, search, reports[index].0, reports[index].1, timeout: timeout)
        }
        self.taken = taken.map { configuration.sources[$0].name }
        (name, aliases, addresses, time) = (libc.name, libc.aliases, libc.addresses, libc.time)
        failure = Self.failure(query, subject, libc, ending, timeout: timeout)
        let isComplete = libc.outcome != nil && !search.steps.contains(.unanswered)
        isExplained = isComplete ? Self.explains(taken.map { reports[$0].0 }, libc) : nil
        order = AddressOrder.list(
            libc.addresses, AddressPolicy(parsing: LookUpFile("gai.conf", files).bytes))
        differences = if case .complete = ending { NameDifferences(libc) } else { nil }
        dns =
            configuration.sources.contains { $0.name == "dns" } ? ResolverReport(subject, files) : nil
    }

    private static func explains(_ taken: NameReport?, _ libc: NameReport) -> Bool {
        guard let taken else { return libc.error != nil }
        return libc.error == nil && Set(taken.addresses) == Set(libc.addresses)
            && (!libc.addresses.isEmpty || taken.name == libc.name)
    }

    private static func failure(
        _ query: String, _ subject: NameQuestion.Subject, _ libc: NameReport, _ ending: Ending,
        timeout: Duration
    ) -> Failure? {
        if case .found? = libc.outcome { return nil }
        if case .nameless(let error)? = libc.outcome, case .address(let address) = subject {
            return Failure(ResolveSources.function, address, query, error)
        }
        if let error = libc.error { return Failure(ResolveSources.function, query, error) }
        guard case .died(let signal) = ending else {
            return Failure(ResolveSources.function, query, noAnswerWithin: timeout)
        }
        return Failure(
            ResolveSources.function, query, words: "libc has died of it (\(signal.name))",
            status: .resolution,
            hint: "a source's module, or the line for hosts, is broken")
    }

    static let shape = Shape(
        answer: "sources", of: [.resolve],
        "What each source of names says, and which of them libc takes: `--sources`.")

    static func list(_ fields: inout some Fields<SourcesAnswer>) {
        fields.function()
        fields.query()
        fields.add("configuration", "The sources of hosts, as `nsswitch.conf` has them.") { $0.configuration }
        fields.add("file", optional: "The file that says so; absent if it is what glibc has built in.") {
            $0.configurationFile
        }
        fields.add("sources", "What each of them said when it was asked alone, in that order.") { $0.sources }
        fields.add("taken", optional: "The source whose answer libc takes.") { $0.taken }
        fields.add(
            "explained",
            optional: """
                Whether that explains what libc said. If not, an answer has changed between two questions, or `nscd(8)` has \
                answered from its cache. Absent where a source or libc has not answered.
                """
        ) { $0.isExplained }
        fields.add("duration_us", optional: "How long libc took to ask as it is configured.") { $0.time }
        fields.add("name", optional: "The canonical name that libc gave.") { $0.name }
        fields.add("aliases", "Other names; of an address.") { $0.aliases }
        fields.add("addresses", "The addresses that libc gave, in its order.") {
            $0.addresses.map { AddressReport($0) }
        }
        fields.add("order", "Why one comes before the next.") { $0.order }
        fields.add("differences", optional: "How other calls differ from `getaddrinfo`; of a name.") {
            $0.differences
        }
        fields.add("dns", optional: "What the source `dns` works with; if it is one of them.") { $0.dns }
        fields.add("error", optional: "Why libc found nothing.") { $0.failure }
    }

    func text(_ style: TextStyle) -> String { SourcesText(answer: self, style: style).text }
}
