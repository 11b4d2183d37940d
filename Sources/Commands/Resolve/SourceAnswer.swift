// One source in the answer of `resolve --sources`: what it said, and what libc makes of that.

import Sockets

struct SourceAnswer: Shaped {
    let name: String
    let status: NameServiceStatus?
    /// Whether libc asks it in this look-up; nil where that is not known.
    let isAsked: Bool?
    /// What libc does after it; nil if it is not asked.
    let action: NameServiceSwitch.Action?
    let reason: String
    let time: Duration?
    let code: String?
    let canonicalName: String?
    let aliases: [String]
    let addresses: [AnyIPAddress]

    init(
        _ sources: [NameServiceSwitch.Source], _ index: Int, _ search: NameServiceSearch,
        _ report: NameReport,
        _ ending: SourcesAnswer.Ending, timeout: Duration
    ) {
        let source = sources[index]
        name = source.name
        (status, time) = (report.status, report.time)
        // What libc says of a module that it has not found is left over from somewhere else.
        code = report.isNotInstalled ? nil : report.code
        (canonicalName, aliases, addresses) = (report.name, report.aliases, report.addresses)
        var words: String
        switch search.steps[index] {
        case .asked(let status, let action):
            (isAsked, self.action) = (true, action)
            words = Self.next(
                source.rule(after: status), status, action, isTaken: search.taken == index,
                isLast: index == sources.count - 1)
        case .unanswered:
            (isAsked, action) = (true, nil)
            words =
                if case .died(let signal) = ending {
                    "libc has died of asking it (\(signal.name))"
                } else {
                    "no answer within \(Statistics.text(timeout))"
                }
        case .notReached(let end):
            (isAsked, action) = (false, nil)
            let rule = sources[end].rule(after: search.status(of: end) ?? .success)
            words = "libc does not ask it: \(sources[end].name) ended the search (\(rule))"
        case .unknown(let since):
            (isAsked, action) = (nil, nil)
            words = "asked or not: that depends on \(sources[since].name)"
        }
        if report.isNotInstalled { words = "libnss_\(source.name).so.2 is not installed; " + words }
        reason = words
    }

    private static func next(
        _ rule: String, _ status: NameServiceStatus, _ action: NameServiceSwitch.Action, isTaken: Bool,
        isLast: Bool
    ) -> String {
        switch (status, action) {
        case _ where isTaken: "libc takes this answer (\(rule))"
        case (.success, .merge): "answers for hosts cannot be merged: libc fails (\(rule))"
        case (_, .return): "the search ends here (\(rule))"
        case _ where isLast: "it is the last source"
        case (.success, _): "libc drops this answer and asks the next source (\(rule))"
        default: "libc asks the next source (\(rule))"
        }
    }

    static let shape = Shape("source", "A source of names, asked alone.")

    static func list(_ fields: inout some Fields<SourceAnswer>) {
        fields.add("source", "Its name in `nsswitch.conf`, such as `files`.") { $0.name }
        fields.add("nss_status", optional: "What it said; absent if it has not answered in time.") {
            $0.status
        }
        fields.add(
            "asked",
            optional:
                "Whether libc asks it in this look-up; absent where a source before it has not answered."
        ) { $0.isAsked }
        fields.add("action", optional: "What libc does next; if it asks it.") { $0.action?.rawValue }
        fields.add("reason", "The same in words: why libc takes it, goes on, or does not ask it.") {
            $0.reason
        }
        fields.add("duration_us", optional: "How long the answer took; absent if there was none in time.") {
            $0.time
        }
        fields.add("code", optional: "The error of the call, such as `EAI_NONAME`.") { $0.code }
        fields.add("name", optional: "The canonical name.") { $0.canonicalName }
        fields.add("aliases", "Other names; of an address.") { $0.aliases }
        fields.add("addresses", "The addresses, in the order of `getaddrinfo`.") {
            $0.addresses.map { AddressReport($0) }
        }
    }
}

extension NameServiceStatus: JSONWord {}

extension NameServiceSearch {
    /// What a source has answered that was asked.
    fileprivate func status(of index: Int) -> NameServiceStatus? {
        if case .asked(let status, _) = steps[index] { status } else { nil }
    }
}
