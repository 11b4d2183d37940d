// Which cells are tried. The whole product is too much for every day: then it is every way over IPv4, Unix and TLS in
// text, every way with events and every kind with messages over IPv4, and all pairs of what is left.

import Testing

extension Scenario {
    private static var product: [Cell<Self>] {
        Way.all.flatMap { way in
            allCases.flatMap { scenario in
                Transport.allCases.flatMap { transport in
                    Format.allCases.map {
                        Cell(way: way, transport: transport, format: $0, scenario: scenario)
                    }
                }
            }
        }
    }

    static var cells: [Cell<Self>] {
        let cells = product.filter { $0.exclusion == nil }
        switch Wanted.now {
        case .all: return cells
        case .parts(let parts): return cells.filter { cell in parts.allSatisfy { cell.key.contains($0) } }
        case .selection: return covering(cells)
        }
    }

    /// What does not apply, and why: a row for each reason that a way has in a scenario.
    static var absent: [Absent] {
        let out = product.filter { $0.exclusion != nil }
        let reasons = Dictionary(grouping: out) {
            "\(promise)/\($0.scenario.rawValue)/\($0.way.words)/\($0.exclusion!)"
        }
        return reasons.sorted { $0.key < $1.key }.map { key, cells in
            let first = cells[0]
            let whole = Transport.allCases.count * Format.allCases.count
            return Absent(
                key: "\(promise)/\(first.scenario.rawValue)/\(first.way.words)"
                    + (cells.count == whole ? "" : " (\(cells.count) of \(whole))"),
                reason: first.exclusion!)
        }
    }

    /// The fewest cells, as far as taking the best next one finds them, in which everything meets that has to; of
    /// those that are as good the one in which most meets that may.
    private static func covering(_ cells: [Cell<Self>]) -> [Cell<Self>] {
        var numbers: [String: Int] = [:]
        func number(_ goals: [String]) -> [Int] {
            goals.map { goal in
                if numbers[goal] == nil { numbers[goal] = numbers.count }
                return numbers[goal]!
            }
        }
        let goals = cells.map { (has: number($0.meetings), may: number($0.furtherMeetings)) }
        var met = [Bool](repeating: false, count: numbers.count)
        var left = Array(goals.indices)
        var chosen: [Int] = []
        while true {
            let values = left.map { index in
                let has = goals[index].has.count { !met[$0] }
                return has == 0 ? 0 : 100 * has + goals[index].may.count { !met[$0] }
            }
            guard let most = values.max(), most > 0 else { break }
            let best = left[values.firstIndex(of: most)!]
            chosen.append(best)
            for goal in goals[best].has + goals[best].may { met[goal] = true }
            left = zip(left, values).filter { $1 > 0 && $0 != best }.map(\.0)
        }
        return chosen.sorted().map { cells[$0] }
    }
}

extension Cell {
    var exclusion: String? { way.lacks(transport) ?? scenario.excludes(way, transport, format) }

    /// What meets in it that has to meet somewhere.
    fileprivate var meetings: [String] {
        var goals = [
            "\(kindOfTransport)/\(scenario.rawValue)", "\(format)/\(scenario.rawValue)",
            "\(kindOfTransport)/\(format)", "\(way.kind)/\(scenario.rawValue)",
        ]
        if format == .text { goals.append("\(wayOverTransport)/\(transport)") }
        if transport == .ipv4 { goals.append("\(wayInFormat)/\(format)") }
        return goals
    }

    /// What begins otherwise goes on as any connection over TCP: each scenario and each format meets one of those.
    private var kindOfTransport: String {
        switch transport {
        case .ipv4, .ipv6, .unix, .tls, .seqpacket: "\(transport)"
        case .multipath, .proxyHeader, .socks5, .httpProxy, .activated: "beginning"
        }
    }

    /// IPv6 is just another address, and what goes over records is not the way's: one of each command is enough, and a
    /// relay; of what begins otherwise a server, a client and a relay. That a relay's server speaks TLS is of interest
    /// with a client that does, too, and with one that does not.
    private var wayOverTransport: String {
        switch transport {
        case .ipv4, .tls: way.words
        case .ipv6: way.command
        case .unix: way.words.replacing("tls:", with: "")
        case .seqpacket: "\(way.command)\(way.isRelay)"
        case .multipath, .proxyHeader, .socks5, .httpProxy, .activated: "\(way.role)\(way.isRelay)"
        }
    }

    /// Messages are the same in all ways of a kind; in JSON they are two formats that meet each way alone.
    private var wayInFormat: String {
        switch format {
        case .text: way.words
        case .json: way.words.replacing("tls:", with: "")
        case .framed: way.kind
        case .framedJSON: way.command
        }
    }

    fileprivate var furtherMeetings: [String] { ["\(way.words)/\(scenario.rawValue)"] }
}
